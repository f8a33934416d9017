"""Reports made on many machines: a Dask cluster runs the same jobs, this machine publishes what comes back.

`shipment` is what goes there and comes back, `station` what each worker does with it, `connection` who takes part,
`driver` the side that asks. This package imports nothing here: Dask is an extra.
"""
