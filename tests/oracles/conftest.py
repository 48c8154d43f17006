"""The scripts that make reference files need PyTorch or scikit-learn: pytest leaves them alone."""

collect_ignore_glob = ["make_*.py"]
