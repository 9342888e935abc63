using System.Runtime.CompilerServices;
using System.Text.Json;
using FhirGateway.Validation.Primitives;
using FhirGateway.Validation.Resources;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Walking;

/// <summary>
/// Walks an instance once, with all the schemas that apply to each element: its core type's, and those of every profile.
/// </summary>
internal sealed class Walker(ValidationRun run)
{
    // Far more than anybody's profiles need; what claims more has them by the thousand, to cost time.
    private const int MaxSchemas = 2000;
    private const int FewSchemas = 16;

    // One stack for the whole walk: the schemas of an element are a stretch of it, dropped when the element is done.
    private readonly List<ElementSchema> _active = [];
    private readonly Stack<List<Present>> _spare = new();

    /// <summary>Validates a resource against its core type, its meta.profile and further profiles.</summary>
    public void Resource(Focus focus, IEnumerable<Schema> profiles)
    {
        var start = _active.Count;
        foreach (var profile in profiles) Push(profile.Root, focus, start);
        PushResource(focus, start);
        Visit(focus, start);
        _active.RemoveRange(start, _active.Count - start);
    }

    /// <summary>Validates an element against one schema more; what its core type says is taken as checked.</summary>
    public void Apply(Focus focus, ElementSchema schema)
    {
        var start = _active.Count;
        Push(schema, focus, start);
        Visit(focus, start);
        _active.RemoveRange(start, _active.Count - start);
    }

    private void PushResource(Focus focus, int mark)
    {
        if (focus.Shape is { } shape) Push(shape, focus, mark);
        foreach (var profile in MetaProfiles.Of(focus, run)) Push(profile.Root, focus, mark);
        foreach (var profile in MetaProfiles.Required(focus, run)) Push(profile.Root, focus, mark);
        if (VitalSigns.ProfileOf(focus, run) is { } vitalSigns) Push(vitalSigns.Root, focus, mark);
    }

    // Each once: content that repeats itself (a section's sections) is reached in two ways, and would double at every level.
    private void Push(ElementSchema schema, Focus focus, int mark)
    {
        if (_active.IndexOf(schema, mark) >= 0) return;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw ValidationEndedException.TooDeep(focus);
        if (_active.Count - mark >= MaxSchemas)
        {
            throw new SchemaException($"More than {MaxSchemas} definitions apply to {focus.Location}, or they refer to each other without end: take some out of meta.profile, or mend the profiles.");
        }

        _active.Add(schema);
        if (schema.Content is { } content && _active.IndexOf(content, mark) < 0) _active.Add(content);
        if (schema.Schema.Parent is { } parent && schema == schema.Schema.Root) Push(parent.Root, focus, mark);
        foreach (var type in schema.Types)
        {
            if (type.Profiles.Count != 1 || type.Code != focus.Type && !focus.IsResource) continue;
            if (focus.Type == "Extension" && schema.Schema.IsProfile is false) continue;
            if (MetaProfiles.Find(type.Profiles[0], focus, schema, run) is { } profile) Push(profile.Root, focus, mark);
        }
    }

    private void Visit(Focus focus, int start)
    {
        var end = _active.Count;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw ValidationEndedException.TooDeep(focus);
        var weight = focus.Weight;
        run.Charge(weight + end - start, focus);
        if (focus.IsPrimitive)
        {
            if (focus.Json.ValueKind != JsonValueKind.Undefined) PrimitiveFormats.Check(focus, run);
            else if (focus.Extras.ValueKind == JsonValueKind.Undefined) return;
            else if (!focus.Extras.TryGetProperty("extension"u8, out _)) run.Error("structure", "The element has neither a value nor an extension: leave it out.", focus, focus.Shape, "ele-1");
            if (PrimitiveFormats.IsTooLong(focus)) return;
        }

        var ran = end - start > FewSchemas ? new HashSet<Rules.Rule>(ReferenceEqualityComparer.Instance) : null;
        for (var i = start; i < end; i++)
        {
            run.Charge((long)_active[i].Rules.Count * weight, focus);
            foreach (var rule in _active[i].Rules)
            {
                if (run.IsDecided) return;
                if (ran?.Add(rule) ?? !RanBefore(rule, start, i)) rule.Check(focus, _active[i], run);
            }
        }

        if (CoreIsActive(focus, start, end)) ResourceRules.Check(focus, run);
        var holder = focus.IsPrimitive ? focus.Extras : focus.Json;
        if (holder.ValueKind == JsonValueKind.Object) VisitChildren(focus, start, end);
    }

    private bool RanBefore(Rules.Rule rule, int start, int before)
    {
        for (var i = start; i < before; i++)
        {
            foreach (var other in _active[i].Rules)
            {
                if (ReferenceEquals(other, rule)) return true;
            }
        }

        return false;
    }

    private void VisitChildren(Focus focus, int start, int end)
    {
        var present = _spare.TryPop(out var spare) ? spare : [];
        var core = CoreIsActive(focus, start, end);
        var reader = new ElementReader(core ? run : null);
        run.Charge((focus.IsPrimitive ? focus.Extras : focus.Json).GetPropertyCount(), focus);
        reader.CollectMembers(focus, present);
        for (var i = 0; i < present.Count && !run.IsDecided; i++)
        {
            if (!present[i].IsDone) VisitElement(focus, present, i, start, end, reader, core);
        }

        for (var i = start; i < end; i++)
        {
            run.Charge(_active[i].Required.Count, focus);
            foreach (var required in _active[i].Required)
            {
                if (!present.Exists(member => member.Member.Element.Name == required.Name)) ReportMissing(focus, required, start, i);
            }
        }

        present.Clear();
        _spare.Push(present);
    }

    // In a trial of a profile the JSON itself was judged already.
    private bool CoreIsActive(Focus focus, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (ReferenceEquals(_active[i], focus.Shape)) return true;
        }

        return false;
    }

    private void ReportMissing(Focus focus, ElementSchema required, int start, int at)
    {
        // Several profiles that ask for one element are one complaint.
        for (var i = start; i < at; i++)
        {
            if (_active[i].Required.Exists(other => other.Name == required.Name && other.Min >= required.Min && required.Min > 0)) return;
        }

        if (required.Min > 0)
        {
            run.Error("required", $"{required.Name} is missing: at least {required.Min} must be given.", focus, required, "cardinality");
            return;
        }

        foreach (var slice in required.Slices.Where(slice => slice.Min > 0))
        {
            run.Error("required", $"{required.Name} has no {slice.SliceName}, and at least {slice.Min} must be given.", focus, slice, "cardinality");
        }
    }

    private void VisitElement(Focus focus, List<Present> present, int at, int start, int end, ElementReader reader, bool core)
    {
        var element = present[at].Member.Element;
        var instances = new List<Focus>();
        for (var i = at; i < present.Count; i++)
        {
            if (!ReferenceEquals(present[i].Member.Element, element)) continue;
            reader.AddInstances(focus, present[i], instances);
            present[i] = present[i] with { IsDone = true };
        }

        if (!run.Options.ValidateContained && element.Name == "contained") return;
        List<(int Instance, ElementSchema Slice)>? assigned = null;
        for (var i = start; i < end; i++)
        {
            if (_active[i].Child(element.Name) is not { } child) continue;
            CheckCount(focus, child, instances.Count);
            if (child.Slices.Count > 0) (assigned ??= []).AddRange(new Slicing.SliceAssignment(run, focus, child).Assign(instances));
            else if (child.Slicing is { Rules: "closed" } && instances.Count > 0 && child.Schema.IsProfile) run.Error("structure", $"{element.Name} may hold none but its slices, and the profile defines none.", focus, child, "slicing");
        }

        var slices = assigned?.ToLookup(entry => entry.Instance, entry => entry.Slice);
        for (var n = 0; n < instances.Count && !run.IsDecided; n++)
        {
            var instance = instances[n];
            var mark = _active.Count;
            for (var i = start; i < end; i++)
            {
                if (_active[i].Child(element.Name) is { } child) Push(child, instance, mark);
            }

            if (core) PushContent(instance, element, mark);
            foreach (var slice in slices?[n] ?? []) Push(slice, instance, mark);

            if (_active.Count > mark) Visit(instance, mark);
            _active.RemoveRange(mark, _active.Count - mark);
        }
    }

    private void PushContent(Focus instance, ElementSchema element, int mark)
    {
        if (instance.IsResource) PushResource(instance, mark);
        else if (instance.Shape is { } shape && !ReferenceEquals(shape, element) && !ReferenceEquals(shape, element.Content)) Push(shape, instance, mark);
        if (instance.Type == "Extension" && Extensions.DefinitionOf(instance, run) is { } definition) Push(definition.Root, instance, mark);
    }

    private void CheckCount(Focus focus, ElementSchema child, int count)
    {
        if (count < child.Min) run.Error("required", $"{child.Name} is given {count} times, but at least {child.Min} must be.", focus, child, "cardinality");
        if (count > child.Max) run.Error("structure", child.Max == 0 ? $"{child.Name} is not allowed here: remove it." : $"{child.Name} is given {count} times, but at most {child.Max} may be.", focus, child, "cardinality");
    }
}
