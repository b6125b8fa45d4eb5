@_exported import BayplanAudit
@_exported import BayplanDatasets
@_exported import BayplanLP
@_exported import BayplanManifests
@_exported import BayplanModel
@_exported import BayplanPacking
@_exported import BayplanReporting
@_exported import BayplanScheduling
