"""Who can bring a decision about and who can stop it: coalitions, power, and the paths that hang on one party."""
