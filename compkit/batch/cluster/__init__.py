"""Reports made on many machines: a Dask cluster runs the same jobs, and this machine publishes the results.

`shipment` is what goes there and comes back, `plugin` what each worker does with it, `connection` the check that
workers fit, `driver` the client side. This package imports nothing here, because Dask is an extra.
"""
