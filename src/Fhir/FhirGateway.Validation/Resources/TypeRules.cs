using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Questionnaires;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>What FHIR says of a type in prose and that no invariant expresses: its format, or a rule written by hand.</summary>
internal static class TypeRules
{
    private static readonly Rule ElementIds = new ElementIdRule();

    private static readonly Dictionary<string, Rule> ByType = new(StringComparer.Ordinal)
    {
        ["Attachment"] = new AttachmentRule(),
        ["Bundle"] = new BundleRule(),
        ["CodeSystem"] = new CodeSystemRule(),
        ["Coding"] = new CodingRule(),
        ["Extension"] = new ExtensionRule(),
        ["Identifier"] = new IdentifierRule(),
        ["MeasureReport"] = new MeasureReportRule(),
        ["Meta"] = new MetaRule(),
        ["Narrative"] = new NarrativeRule(),
        ["Quantity"] = new QuantityRule(),
        ["QuestionnaireResponse"] = new QuestionnaireResponseRule(),
        ["Reference"] = new ReferenceRule(),
        ["SearchParameter"] = new SearchParameterRule(),
        ["StructureDefinition"] = new StructureDefinitionRule(),
        ["ValueSet"] = new ValueSetRule(),
    };

    /// <summary>The rules of a core type, besides those that its definition states.</summary>
    public static IEnumerable<Rule> Of(Structure type)
    {
        if (type.Kind == StructureKind.PrimitiveType && type.Type != "xhtml") yield return new FormatRule(type.Type);
        if (type.Kind == StructureKind.Resource) yield return ElementIds;
        if (ByType.TryGetValue(type.Type, out var rule)) yield return rule;
    }
}
