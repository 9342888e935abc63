using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>A reference must point at one of these types or profiles, in an allowed way (targetProfile, aggregation).</summary>
internal sealed class ReferenceTargetRule(ElementType type) : Rule
{
    private readonly List<string> _types = [.. type.TargetProfiles.Select(CoreTypeOf).OfType<string>()];

    public ElementType Type => type;

    public static ReferenceTargetRule? Of(StructureElement element, StructureElement? core)
    {
        var reference = element.Types.FirstOrDefault(type => type.Code == "Reference");
        if (reference is null || reference.TargetProfiles.Count == 0 && reference.Aggregation.Count == 0) return null;
        var before = core?.Types.FirstOrDefault(type => type.Code == "Reference");
        if (before is not null && reference.Aggregation.Count == 0 && before.TargetProfiles.SequenceEqual(reference.TargetProfiles))
        {
            return null;
        }

        return new ReferenceTargetRule(reference);
    }

    public override string Describe() => $"points at {string.Join(" or ", type.TargetProfiles)}";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Type != "Reference") return;
        var reference = focus.Text("reference");
        var target = reference is null ? null : run.References.Resolve(reference, focus);
        var targetType = target?.Type ?? (run.Options.CheckAbsentTargets ? TypeNamed(focus, reference) : null);
        if (reference is not null) CheckAggregation(focus, demandedBy, run, reference, target);
        if (type.TargetProfiles.Count == 0 || targetType is null) return;
        var fitting = new List<string>();
        foreach (var profile in type.TargetProfiles)
        {
            var wanted = CoreTypeOf(profile) ?? run.Profile(profile)?.Structure.Type;
            // A profile nobody knows may be of any type.
            if (wanted is null || R4Types.IsSubtypeOf(targetType, wanted)) fitting.Add(profile);
        }

        if (fitting.Count == 0)
        {
            run.Report(ReferenceFindings.WrongTargetType(targetType, type.TargetProfiles.Select(Short)), focus, demandedBy);
            return;
        }

        if (target is not null) CheckProfiles(focus, demandedBy, run, target, fitting);
    }

    private void CheckProfiles(Focus focus, string demandedBy, RuleRun run, Focus target, List<string> profiles)
    {
        ValidationIssue? first = null;
        foreach (var canonical in profiles)
        {
            if (_types.Count > 0 && CoreTypeOf(canonical) is not null) return;
            if (run.Profile(canonical) is not { } profile) return;
            if (run.FirstError(target, profile) is not { } error) return;
            first ??= error;
        }

        if (first is null) return;
        run.Report(ReferenceFindings.TargetDoesNotConform(target.Location, profiles, first), focus, demandedBy);
    }

    private void CheckAggregation(Focus focus, string demandedBy, RuleRun run, string reference, Focus? target)
    {
        if (type.Aggregation.Count == 0) return;
        var way = reference.StartsWith('#') ? "contained" : target is not null ? "bundled" : "referenced";
        if (type.Aggregation.Contains(way) || way == "bundled" && type.Aggregation.Contains("referenced")) return;
        run.Report(ReferenceFindings.WrongAggregation(way, type.Aggregation), focus, demandedBy);
    }

    private static string? TypeNamed(Focus focus, string? reference)
    {
        if (reference is not null && ReferenceForm.TypeOf(reference) is { } named) return named;
        return focus.Text("type") is { } stated && R4Resource.Exists(Short(stated)) ? Short(stated) : null;
    }

    private static string? CoreTypeOf(string profile) =>
        profile.StartsWith(R4Types.CoreBase, StringComparison.Ordinal)
        && R4Types.Type(profile[R4Types.CoreBase.Length..]) is { Kind: StructureKind.Resource } core
            ? core.Type
            : null;

    private static string Short(string canonical) =>
        canonical.StartsWith(R4Types.CoreBase, StringComparison.Ordinal) ? canonical[R4Types.CoreBase.Length..] : canonical;
}
