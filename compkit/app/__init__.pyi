from .server import (
    AddressError as AddressError,
    AppOptions as AppOptions,
    is_loopback as is_loopback,
    serve as serve,
)
