"""Many patients as columns: tables of facts, folders of records and FHIR exports to partitions."""
