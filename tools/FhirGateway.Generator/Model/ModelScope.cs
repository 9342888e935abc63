namespace FhirGateway.Generator.Model;

/// <summary>
/// The resource types that get classes: what the gateway writes and reads, R4's conformance resources, and the clinical types of US Core.
/// All 146 would triple the build time of everybody's day, for Claim and SubstanceSpecification that nobody maps.
/// Another type is one word here and a run of the generator.
/// </summary>
public static class ModelScope
{
    public static readonly IReadOnlySet<string> Resources = new HashSet<string>(StringComparer.Ordinal)
    {
        "Resource", "DomainResource",
        "AllergyIntolerance", "Appointment", "AuditEvent", "Binary", "Bundle", "CapabilityStatement", "CarePlan", "CareTeam", "CodeSystem",
        "Composition", "ConceptMap", "Condition", "Coverage", "Device", "DiagnosticReport", "DocumentReference", "Encounter", "Endpoint", "Goal",
        "Immunization", "ImplementationGuide", "List", "Location", "Media", "Medication", "MedicationDispense", "MedicationRequest",
        "MedicationStatement", "NamingSystem", "Observation", "OperationDefinition", "OperationOutcome", "Organization", "Parameters",
        "Patient", "Practitioner", "PractitionerRole", "Procedure", "Provenance", "Questionnaire", "QuestionnaireResponse", "RelatedPerson",
        "SearchParameter", "ServiceRequest", "Specimen", "StructureDefinition", "Subscription", "ValueSet",
    };
}
