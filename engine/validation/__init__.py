"""Whether a configuration forecasts what eager does: scenarios, judgement, verdict, reports."""
