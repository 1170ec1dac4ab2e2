"""The pages of accounts: they read, call one service, and answer."""
