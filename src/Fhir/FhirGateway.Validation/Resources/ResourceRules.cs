using FhirGateway.Validation.Questionnaires;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>What FHIR says of a type in prose and that no invariant expresses.</summary>
internal static class ResourceRules
{
    private static readonly Dictionary<string, Action<Focus, ValidationRun>> ByType = new(StringComparer.Ordinal)
    {
        ["Bundle"] = BundleRules.Check,
        ["Reference"] = ReferenceRules.Check,
        ["Coding"] = CodingRules.Check,
        ["Attachment"] = AttachmentRules.Check,
        ["Quantity"] = QuantityRules.Check,
        ["StructureDefinition"] = StructureDefinitionRules.Check,
        ["QuestionnaireResponse"] = QuestionnaireResponseRules.Check,
        ["CodeSystem"] = CodeSystemRules.Check,
        ["ValueSet"] = ValueSetRules.Check,
        ["SearchParameter"] = SearchParameterRules.Check,
        ["MeasureReport"] = MeasureReportRules.Check,
        ["Meta"] = MetaRules.Check,
        ["Identifier"] = IdentifierRules.Check,
        ["Narrative"] = NarrativeRules.Check,
    };

    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.IsResource) IdRules.Check(focus, run);
        if (ByType.TryGetValue(focus.Type, out var check)) check(focus, run);
    }
}
