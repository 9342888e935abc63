using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Slicing;

/// <summary>Tells which slice each repetition of a sliced element is, and whether the slices are given as they must be.</summary>
internal sealed class SliceAssignment(RuleRun run, SliceTests tests, Focus parent, ElementSchema sliced)
{
    private const string DefaultSlice = "@default";
    private const int MaxNames = 20;

    /// <summary>The slices each instance belongs to, by its place; reslices come beside their slice.</summary>
    public IEnumerable<(int Instance, ElementSchema Slice)> Assign(IReadOnlyList<Focus> instances) =>
        Assign(instances, Enumerable.Range(0, instances.Count));

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
            var at = slices.FindIndex(slice => tests.Matches(slice, sliced, instance));
            if (at < 0)
            {
                seenOther = true;
                if (byDefault is not null) assigned.Add((place, byDefault));
                else if (sliced.Slicing?.Rules == "closed") Report(ElementFindings.InNoSlice(sliced.Name, Names(slices)), instance);
                continue;
            }

            counts[at]++;
            assigned.Add((place, slices[at]));
            CheckOrder(slices, at, last, seenOther, instance);
            last = Math.Max(last, at);
        }

        for (var i = 0; i < slices.Count; i++) slices[i].Occurs?.Check(counts[i], parent, slices[i].Url, run);
        return [.. assigned, .. Resliced(slices, assigned, instances)];
    }

    private void CheckOrder(List<ElementSchema> slices, int at, int last, bool seenOther, Focus instance)
    {
        if (sliced.Slicing is { Ordered: true } && at < last)
        {
            Report(ElementFindings.SliceOutOfOrder(slices[at].SliceName!, slices[last].SliceName!), instance);
        }

        if (sliced.Slicing is { Rules: "openAtEnd" } && seenOther)
        {
            Report(ElementFindings.OthersMustComeLast(slices[at].SliceName!), instance);
        }
    }

    private IEnumerable<(int Instance, ElementSchema Slice)> Resliced(
        List<ElementSchema> slices, List<(int Instance, ElementSchema Slice)> assigned, IReadOnlyList<Focus> instances)
    {
        if (!slices.Exists(slice => slice.Slices.Count > 0)) return [];
        var bySlice = assigned.ToLookup(entry => entry.Slice, entry => entry.Instance);
        return slices.Where(slice => slice.Slices.Count > 0)
            .SelectMany(slice => new SliceAssignment(run, tests, parent, slice).Assign(instances, bySlice[slice]));
    }

    private void Report(Finding finding, Focus at) => run.Report(finding, at, sliced.Url);

    private static string Names(List<ElementSchema> slices)
    {
        var more = slices.Count > MaxNames ? $" and {slices.Count - MaxNames} more" : "";
        return string.Join(", ", slices.Take(MaxNames).Select(slice => slice.SliceName)) + more;
    }
}
