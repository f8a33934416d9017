"""Notebooks run in processes forked from a fork server: no kernel to start, nothing to import, nothing shared.

`parent` is the fork server, `child` what each forked one does, `kernel` and `client` IPython's kernel without
sockets, `driver` the side that asks, `worker` that of reports, `engine` papermill's, `provisioner` Jupyter's.
This package imports nothing here.
"""
