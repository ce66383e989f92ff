"""History to baseline forecast: methods, back-test, league table, error model."""
