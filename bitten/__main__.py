"""`python -m bitten`."""

from bitten.cli import main

if __name__ == "__main__":
    main()
