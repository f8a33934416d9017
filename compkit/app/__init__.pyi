from .server import AppOptions as AppOptions, PortInUseError as PortInUseError, serve as serve
