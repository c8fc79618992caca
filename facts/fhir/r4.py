"""What FHIR R4 is: the names of its resource types, those that are read here, and the marks of other versions."""

from __future__ import annotations

from collections.abc import Callable

from .elements import Body, objects
from .json_text import Json

READ = frozenset(
    (
        "Patient",
        "Condition",
        "Observation",
        "Procedure",
        "MedicationRequest",
        "MedicationStatement",
        "MedicationAdministration",
        "Medication",
        "ImagingStudy",
        "DiagnosticReport",
        "ServiceRequest",
        "Specimen",
        "FamilyMemberHistory",
        "List",
    )
)

_OTHERS = """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
    BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest EnrollmentResponse
    EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit Flag Goal
    GraphDefinition Group GuidanceResponse HealthcareService Immunization ImmunizationEvaluation
    ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage Location Measure MeasureReport
    Media MedicationDispense MedicationKnowledge MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
    MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
    ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation Parameters
    PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Provenance Questionnaire
    QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy
    ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter Slot SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
"""
NAMES = READ | frozenset(_OTHERS.split())

ELSEWHERE = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "ProcedureRequest": "DSTU2 or STU3",
    "ReferralRequest": "DSTU2 or STU3",
    "DeviceUseRequest": "DSTU2",
    "BodySite": "DSTU2 or STU3",
    "MedicationUsage": "a draft of R5",
    "GenomicStudy": "R5",
    "Transport": "R5",
}
"""Resource types of other versions, which R4 has under another name or not at all."""


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_list(value: Json) -> bool:
    return isinstance(value, list)


def _has_concept(value: Json) -> bool:
    return any("concept" in one for one in objects(value))


def _given(_: Json) -> bool:
    return True


_OTHER_SHAPES: dict[str, tuple[tuple[str, Callable[[Json], bool], str], ...]] = {
    "Condition": (
        ("clinicalStatus", _is_text, "a text, as in DSTU2 and STU3; R4 has a CodeableConcept"),
        ("verificationStatus", _is_text, "a text, as in DSTU2 and STU3; R4 has a CodeableConcept"),
        ("patient", _given, "from DSTU2; R4 has `subject`"),
        ("category", _is_object, "one concept, as in DSTU2; R4 has a list"),
        ("stage", _is_object, "one stage, as in DSTU2 and STU3; R4 has a list"),
    ),
    "Observation": (
        ("category", _is_object, "one concept, as in DSTU2; R4 has a list"),
        ("comments", _given, "from DSTU2; R4 has `note`"),
        ("interpretation", _is_text, "a text; R4 has a list of concepts"),
    ),
    "Procedure": (
        ("occurrenceDateTime", _given, "from R5; R4 has `performed[x]`"),
        ("occurrencePeriod", _given, "from R5; R4 has `performed[x]`"),
        ("reason", _given, "from R5; R4 has `reasonCode` and `reasonReference`"),
        ("notPerformed", _given, "from DSTU2; R4 has `status`"),
        ("notDone", _given, "from STU3; R4 has `status`"),
    ),
    "MedicationRequest": (
        ("medication", _given, "from R5; R4 has `medication[x]`"),
        ("reason", _given, "from R5; R4 has `reasonCode` and `reasonReference`"),
    ),
    "MedicationStatement": (
        ("medication", _given, "from R5; R4 has `medication[x]`"),
        ("patient", _given, "from DSTU2; R4 has `subject`"),
        ("wasNotTaken", _given, "from DSTU2; R4 has `status`"),
        ("taken", _given, "from STU3; R4 has `status`"),
    ),
    "MedicationAdministration": (
        ("medication", _given, "from R5; R4 has `medication[x]`"),
        ("occurrenceDateTime", _given, "from R5; R4 has `effective[x]`"),
        ("occurrencePeriod", _given, "from R5; R4 has `effective[x]`"),
        ("patient", _given, "from DSTU2; R4 has `subject`"),
        ("wasNotGiven", _given, "from DSTU2; R4 has `status`"),
        ("notGiven", _given, "from STU3; R4 has `status`"),
    ),
    "ImagingStudy": (("patient", _given, "from DSTU2 and STU3; R4 has `subject`"),),
    "DiagnosticReport": (("codedDiagnosis", _given, "from DSTU2 and STU3; R4 has `conclusionCode`"),),
    "ServiceRequest": (("code", _has_concept, "a CodeableReference, as in R5; R4 has a CodeableConcept"),),
    "FamilyMemberHistory": (("condition", _is_object, "one condition; R4 has a list"),),
    "Patient": (
        ("animal", _given, "from DSTU2 and STU3; R4 has no animals"),
        ("deceasedBoolean", _is_list, "a list; R4 has one value"),
    ),
}


def other_version(type_: str, body: Body) -> tuple[str, str] | None:
    """The element that shows that a resource is not R4, and how."""
    for name, is_so, why in _OTHER_SHAPES.get(type_, ()):
        if name in body and is_so(body[name]):
            return name, f"`{name}` is {why}"
    return None
