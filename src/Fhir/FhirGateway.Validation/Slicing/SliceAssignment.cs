using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Slicing;

/// <summary>Tells which slice each repetition of a sliced element is, and whether the slices are given as they must be.</summary>
internal sealed class SliceAssignment(ValidationRun run, Focus parent, ElementSchema sliced)
{
    private const string DefaultSlice = "@default";
    private const int MaxNames = 20;

    /// <summary>The slices each instance belongs to, by its place; reslices come beside their slice.</summary>
    public IEnumerable<(int Instance, ElementSchema Slice)> Assign(IReadOnlyList<Focus> instances) => Assign(instances, Enumerable.Range(0, instances.Count));

    private List<(int Instance, ElementSchema Slice)> Assign(IReadOnlyList<Focus> instances, IEnumerable<int> places)
    {
        var slices = sliced.Slices.Where(slice => slice.SliceName != DefaultSlice).ToList();
        var byDefault = sliced.Slice(DefaultSlice);
        var assigned = new List<(int Instance, ElementSchema Slice)>();
        var counts = new int[slices.Count];
        var (last, seenOther) = (-1, false);
        foreach (var place in places)
        {
            var instance = instances[place];
            var at = slices.FindIndex(slice => SliceTests.Matches(slice, sliced, instance, run));
            if (at < 0)
            {
                seenOther = true;
                if (byDefault is not null) assigned.Add((place, byDefault));
                else if (sliced.Slicing?.Rules == "closed") run.Error("structure", $"This {sliced.Name} is none of the slices {Names(slices)}, and the profile allows no other.", instance, sliced, "slicing");
                continue;
            }

            counts[at]++;
            assigned.Add((place, slices[at]));
            if (sliced.Slicing is { Ordered: true } && at < last) run.Error("structure", $"The slice {slices[at].SliceName} must come before {slices[last].SliceName}.", instance, sliced, "slicing");
            if (sliced.Slicing is { Rules: "openAtEnd" } && seenOther) run.Error("structure", $"What belongs to no slice must come at the end, after {slices[at].SliceName}.", instance, sliced, "slicing");
            last = Math.Max(last, at);
        }

        for (var i = 0; i < slices.Count; i++) Count(slices[i], counts[i]);
        if (!slices.Exists(slice => slice.Slices.Count > 0)) return assigned;
        var bySlice = assigned.ToLookup(entry => entry.Slice, entry => entry.Instance);
        foreach (var slice in slices.Where(slice => slice.Slices.Count > 0)) assigned.AddRange(new SliceAssignment(run, parent, slice).Assign(instances, bySlice[slice]));
        return assigned;
    }

    private void Count(ElementSchema slice, int count)
    {
        if (count < slice.Min) run.Error("required", $"{slice.Name} has {(count == 0 ? "no" : $"{count}")} {slice.SliceName}, but at least {slice.Min} must be given.", parent, slice, "cardinality");
        if (count > slice.Max) run.Error("structure", slice.Max == 0 ? $"{slice.Name} must have no {slice.SliceName}: remove it." : $"{slice.Name} has {count} {slice.SliceName}, but at most {slice.Max} may be given.", parent, slice, "cardinality");
    }

    private static string Names(List<ElementSchema> slices) =>
        string.Join(", ", slices.Take(MaxNames).Select(slice => slice.SliceName)) + (slices.Count > MaxNames ? $" and {slices.Count - MaxNames} more" : "");
}
