"""The validation: does a configuration give the right forecasts?"""
