"""Results as documents for people: Markdown, and HTML with plots."""
