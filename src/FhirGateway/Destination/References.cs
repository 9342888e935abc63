using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>Finds what in a resource points at others.</summary>
internal static class References
{
    /// <summary>Every Reference in it, at whatever depth.</summary>
    public static IEnumerable<ResourceReference> In(Base element) => All(element).OfType<ResourceReference>();

    /// <summary>The searches that stand in the place of references.</summary>
    public static IEnumerable<Condition> Searches(Base element) =>
        In(element).Select(reference => Condition.Parse(reference.Reference)).OfType<Condition>().Distinct();

    private static IEnumerable<Base> All(Base element)
    {
        yield return element;
        foreach (var (_, value) in element.EnumerateElements())
        {
            var children = value switch
            {
                Base one => [one],
                IEnumerable<Base> many => many,
                _ => [],
            };
            foreach (var below in children.SelectMany(All)) yield return below;
        }
    }
}
