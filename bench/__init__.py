"""Speed and accuracy, measured side by side and printed as tables; never part of the tests."""
