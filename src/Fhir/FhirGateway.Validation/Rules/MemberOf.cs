using FhirGateway.FhirPath;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Rules;

/// <summary>Answers FHIRPath's memberOf().</summary>
internal static class MemberOf
{
    /// <summary>Null when it can't be told.</summary>
    public static bool? Check(FhirNode node, string valueSet, CodeQuestions terminology) =>
        node.Json is not { } json ? null : CodedValue.Ask(json, node.Type.Name, valueSet, terminology).Membership switch
        {
            Membership.Yes => true,
            Membership.No => false,
            _ => null,
        };
}
