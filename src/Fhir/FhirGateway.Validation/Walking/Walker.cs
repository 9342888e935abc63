using System.Runtime.CompilerServices;
using System.Text.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Slicing;

namespace FhirGateway.Validation.Walking;

/// <summary>
/// Walks an instance once, with all the schemas that apply to each element: its core type's, and those of every profile.
/// </summary>
internal sealed class Walker
{
    // Far more than anybody's profiles need; what claims more has them by the thousand, to cost time.
    private const int MaxSchemas = 2000;
    private const int FewSchemas = 16;

    private readonly ValidationRun _run;
    private readonly Reporter _report;

    // One stack for the whole walk: the schemas of an element are a stretch of it, dropped when the element is done.
    private readonly List<ElementSchema> _active = [];
    private readonly Stack<List<Present>> _spare = new();
    private readonly Stack<(List<Focus> Instances, List<ElementSchema> Children)> _spareElements = new();

    public Walker(ValidationRun run)
    {
        _run = run;
        _report = run.Report;
    }

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
        if (focus.Shape is ElementSchema shape) Push(shape, focus, mark);
        foreach (var profile in MetaProfiles.Of(focus, _run)) Push(profile.Root, focus, mark);
        foreach (var profile in MetaProfiles.Required(focus, _run)) Push(profile.Root, focus, mark);
        if (VitalSigns.ProfileOf(focus, _run) is { } vitalSigns) Push(vitalSigns.Root, focus, mark);
    }

    // Each once: content that repeats itself (a section's sections) is reached in two ways, and would double at every level.
    private void Push(ElementSchema schema, Focus focus, int mark)
    {
        if (_active.IndexOf(schema, mark) >= 0) return;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw ValidationEndedException.TooDeep(focus);
        if (_active.Count - mark >= MaxSchemas)
        {
            throw new SchemaException(
                $"More than {MaxSchemas} definitions apply to {focus.Location}, or they refer to each other without end: "
                    + "remove some from meta.profile, or correct the profiles.");
        }

        _active.Add(schema);
        if (schema.Content is { } content && _active.IndexOf(content, mark) < 0) _active.Add(content);
        if (schema.Schema.Parent is { } parent && schema == schema.Schema.Root) Push(parent.Root, focus, mark);
        for (var i = 0; i < schema.Types.Count; i++)
        {
            var type = schema.Types[i];
            if (type.Profiles.Count != 1 || type.Code != focus.Type && !focus.IsResource) continue;
            if (focus.Type == "Extension" && schema.Schema.IsProfile is false) continue;
            if (MetaProfiles.Find(type.Profiles[0], focus, schema, _run) is { } profile) Push(profile.Root, focus, mark);
        }
    }

    private void Visit(Focus focus, int start)
    {
        var end = _active.Count;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw ValidationEndedException.TooDeep(focus);
        var weight = focus.Weight;
        _run.Charge(weight + end - start, focus);
        if (focus.IsPrimitive)
        {
            if (focus.Json.ValueKind == JsonValueKind.Undefined)
            {
                if (focus.Extras.ValueKind == JsonValueKind.Undefined) return;
                if (!focus.Extras.TryGetProperty("extension"u8, out _)) _run.Report(JsonFindings.NoValue(), focus, focus.Shape?.Url);
            }
            else if (FormatRule.IsTooLong(focus))
            {
                // Each rule would read it, and take several times its memory.
                _run.Report(FormatRule.TooLong(), focus, focus.Shape?.Url);
                return;
            }
        }

        CheckRules(focus, start, end, weight);
        if (_run.IsDecided) return;
        var holder = focus.IsPrimitive ? focus.Extras : focus.Json;
        if (holder.ValueKind == JsonValueKind.Object) VisitChildren(focus, start, end);
    }

    private void CheckRules(Focus focus, int start, int end, int weight)
    {
        var ran = end - start > FewSchemas ? new HashSet<Rule>(ReferenceEqualityComparer.Instance) : null;
        for (var i = start; i < end; i++)
        {
            _run.Charge((long)_active[i].Rules.Length * weight, focus);
            foreach (var rule in _active[i].Rules)
            {
                if (_run.IsDecided) return;
                if (ran?.Add(rule) ?? !RanBefore(rule, start, i)) rule.Check(focus, _active[i].Url, _run);
            }
        }
    }

    private bool RanBefore(Rule rule, int start, int before)
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
        var reader = new ElementReader(core ? _report : null);
        _run.Charge((focus.IsPrimitive ? focus.Extras : focus.Json).GetPropertyCount(), focus);
        reader.CollectMembers(focus, present);
        for (var i = 0; i < present.Count && !_run.IsDecided; i++)
        {
            if (!present[i].IsDone) VisitElement(focus, present, i, start, end, reader, core);
        }

        for (var i = start; i < end; i++)
        {
            _run.Charge(_active[i].Required.Count, focus);
            foreach (var required in _active[i].Required)
            {
                if (!IsPresent(present, required)) CheckAbsent(focus, required, start, i);
            }
        }

        present.Clear();
        _spare.Push(present);
    }

    private static bool IsPresent(List<Present> present, ElementSchema required)
    {
        foreach (var member in present)
        {
            if (member.Member.Element.Name == required.Name) return true;
        }

        return false;
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

    private void CheckAbsent(Focus focus, ElementSchema required, int start, int at)
    {
        // Several profiles that ask for one element are one complaint.
        for (var i = start; i < at; i++)
        {
            if (_active[i].Required.Exists(other => other.Name == required.Name && other.Min >= required.Min && required.Min > 0)) return;
        }

        if (required.Min > 0)
        {
            required.Occurs!.Check(0, focus, required.Url, _run);
            return;
        }

        foreach (var slice in required.Slices) slice.Occurs?.Check(0, focus, slice.Url, _run);
    }

    private void VisitElement(Focus focus, List<Present> present, int at, int start, int end, ElementReader reader, bool core)
    {
        var element = (ElementSchema)present[at].Member.Element;
        var (instances, children) = _spareElements.TryPop(out var spare) ? spare : ([], []);
        for (var i = at; i < present.Count; i++)
        {
            if (!ReferenceEquals(present[i].Member.Element, element)) continue;
            reader.AddInstances(focus, present[i], instances);
            present[i] = present[i] with { IsDone = true };
        }

        if (!_run.Options.ValidateContained && element.Name == "contained") return;
        for (var i = start; i < end; i++)
        {
            if (_active[i].Child(element.Name) is { } child) children.Add(child);
        }

        var slices = CheckCounts(focus, element, instances, children);
        for (var n = 0; n < instances.Count && !_run.IsDecided; n++)
        {
            var instance = instances[n];
            var mark = _active.Count;
            foreach (var child in children) Push(child, instance, mark);
            if (core) PushContent(instance, element, mark);
            if (slices is not null)
            {
                foreach (var slice in slices[n]) Push(slice, instance, mark);
            }

            if (_active.Count > mark) Visit(instance, mark);
            _active.RemoveRange(mark, _active.Count - mark);
        }

        instances.Clear();
        children.Clear();
        _spareElements.Push((instances, children));
    }

    // How often the element is given, and the slices of each of its repetitions; null when nothing slices it.
    private ILookup<int, ElementSchema>? CheckCounts(
        Focus focus, ElementSchema element, List<Focus> instances, List<ElementSchema> children)
    {
        List<(int Instance, ElementSchema Slice)>? assigned = null;
        foreach (var child in children)
        {
            child.Occurs?.Check(instances.Count, focus, child.Url, _run);
            if (child.Slices.Count > 0)
            {
                (assigned ??= []).AddRange(new SliceAssignment(_run, _run.SliceTests, focus, child).Assign(instances));
            }
            else if (child is { Slicing.Rules: "closed", Schema.IsProfile: true } && instances.Count > 0)
            {
                _run.Report(ElementFindings.NoSliceExists(element.Name), focus, child.Url);
            }
        }

        return assigned?.ToLookup(entry => entry.Instance, entry => entry.Slice);
    }

    private void PushContent(Focus instance, ElementSchema element, int mark)
    {
        if (instance.IsResource) PushResource(instance, mark);
        else if (instance.Shape is ElementSchema shape && !ReferenceEquals(shape, element) && !ReferenceEquals(shape, element.Content))
        {
            Push(shape, instance, mark);
        }

        if (instance.Type == "Extension" && DefinitionOf(instance) is { } definition) Push(definition, instance, mark);
    }

    // What is wrong with an extension's url, or its definition, is for ExtensionRule to say.
    private ElementSchema? DefinitionOf(Focus extension)
    {
        if (extension.Text("url") is not { } url || !url.Contains(':', StringComparison.Ordinal)) return null;
        try
        {
            return _run.Profile(url);
        }
        catch (SchemaException)
        {
            return null;
        }
    }
}
