"""FHIR R4 resources to what they record of each patient, with the resource and element that every fact came from."""
