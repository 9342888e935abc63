using FhirGateway.FhirPath;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation;

/// <summary>Lets FHIRPath ask about codes: R4's own, and those of the store's packages.</summary>
public static class FhirPathTerminology
{
    /// <summary>The context, with answers to memberOf(), subsumes() and subsumedBy() from a terminology store.</summary>
    public static EvaluationContext WithTerminology(this EvaluationContext context, TerminologyStore terminology)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(terminology);
        return context with
        {
            IsMemberOf = (node, valueSet) => MemberOf.Check(node, valueSet, new CodeQuestions(terminology, answers: null)),
            Subsumes = terminology.Subsumes,
        };
    }
}
