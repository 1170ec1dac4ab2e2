"""The local runner: everything `make run` starts, from wheels, in one folder."""
