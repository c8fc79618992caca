"""FHIR R4 out: the results for one patient, and the guideline itself, as resources.

results.results(told, software, drafts, recorded="") -> Data     a Bundle: GuidanceResponse, RequestGroup, ...
definition.definition(program, texts, software) -> Data          a Bundle: PlanDefinition and Library
"""
