"""Benchmarks of earlier days: kept, shown, and compared with today's."""
