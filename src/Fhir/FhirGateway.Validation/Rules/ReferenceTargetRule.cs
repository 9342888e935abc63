using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.References;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>A reference must point at one of these types or profiles, in an allowed way (targetProfile, aggregation).</summary>
internal sealed class ReferenceTargetRule(ElementType type) : Rule
{
    private readonly List<string> _types = [.. type.TargetProfiles.Select(CoreTypeOf).OfType<string>()];

    public override string Name => "reference-target";

    public ElementType Type => type;

    public static ReferenceTargetRule? Of(StructureElement element, StructureElement? core)
    {
        var reference = element.Types.FirstOrDefault(type => type.Code == "Reference");
        if (reference is null || reference.TargetProfiles.Count == 0 && reference.Aggregation.Count == 0) return null;
        var before = core?.Types.FirstOrDefault(type => type.Code == "Reference");
        if (before is not null && reference.Aggregation.Count == 0 && before.TargetProfiles.SequenceEqual(reference.TargetProfiles)) return null;
        return new ReferenceTargetRule(reference);
    }

    public override string Describe() => $"points at {string.Join(" or ", type.TargetProfiles)}";

    public override void Check(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (focus.Type != "Reference") return;
        var reference = focus.Text("reference");
        var target = reference is null ? null : run.References.Resolve(reference, focus);
        var targetType = target?.Type ?? (run.Options.CheckAbsentTargets ? TypeNamed(focus, reference) : null);
        if (reference is not null) CheckAggregation(focus, schema, run, reference, target);
        if (type.TargetProfiles.Count == 0 || targetType is null) return;
        var fitting = new List<string>();
        foreach (var profile in type.TargetProfiles)
        {
            var wanted = CoreTypeOf(profile) ?? run.Schemas.Find(profile)?.Structure.Type;
            // A profile nobody knows may be of any type.
            if (wanted is null || R4Types.IsSubtypeOf(targetType, wanted)) fitting.Add(profile);
        }

        if (fitting.Count == 0)
        {
            run.Error("structure", $"The reference points at a {targetType}, but must point at {string.Join(" or ", type.TargetProfiles.Select(Short))}.", focus, schema, Name);
            return;
        }

        if (target is not null) CheckProfiles(focus, schema, run, target, fitting);
    }

    private void CheckProfiles(Focus focus, ElementSchema schema, ValidationRun run, Focus target, List<string> profiles)
    {
        ValidationIssue? first = null;
        foreach (var canonical in profiles)
        {
            if (_types.Count > 0 && CoreTypeOf(canonical) is not null) return;
            if (run.Schemas.Find(canonical) is not { } profile) return;
            if (run.FirstError(target, profile.Root) is not { } error) return;
            first ??= error;
        }

        if (first is null) return;
        run.Error("structure", $"The target {target.Location} does not conform to {string.Join(" or ", profiles)}: {first.Location}: {first.Text}", focus, schema, Name);
    }

    private void CheckAggregation(Focus focus, ElementSchema schema, ValidationRun run, string reference, Focus? target)
    {
        if (type.Aggregation.Count == 0) return;
        var way = reference.StartsWith('#') ? "contained" : target is not null ? "bundled" : "referenced";
        if (type.Aggregation.Contains(way) || way == "bundled" && type.Aggregation.Contains("referenced")) return;
        run.Error("structure", $"The target is {way}, but must be {string.Join(" or ", type.Aggregation)}.", focus, schema, Name);
    }

    private static string? TypeNamed(Focus focus, string? reference)
    {
        if (reference is not null && ReferenceForm.TypeOf(reference) is { } named) return named;
        return focus.Text("type") is { } stated && ResourceTypes.Find(Short(stated)) is not null ? Short(stated) : null;
    }

    private static string? CoreTypeOf(string profile) =>
        profile.StartsWith(R4Types.CoreBase, StringComparison.Ordinal) && R4Types.Type(profile[R4Types.CoreBase.Length..]) is { Kind: StructureKind.Resource } core ? core.Type : null;

    private static string Short(string canonical) => canonical.StartsWith(R4Types.CoreBase, StringComparison.Ordinal) ? canonical[R4Types.CoreBase.Length..] : canonical;
}
