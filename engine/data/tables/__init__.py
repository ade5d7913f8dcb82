"""Turn the rows of a table into series: columns, roles, cleaning, time axis, findings."""
