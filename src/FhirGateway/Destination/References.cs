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

    /// <summary>Puts another target in the place of one, in references and attachments.</summary>
    public static void Redirect(Base element, IReadOnlyDictionary<string, string> targets)
    {
        foreach (var each in All(element))
        {
            if (each is ResourceReference { Reference: { } reference } referring && targets.TryGetValue(reference, out var target))
                referring.Reference = target;
            if (each is Attachment { Url: { } url } attachment && targets.TryGetValue(url, out var place)) attachment.Url = place;
        }
    }

    /// <summary>What its references and attachments point at.</summary>
    public static IEnumerable<string> Targets(Base element) => All(element).Select(each => each switch
    {
        ResourceReference reference => reference.Reference,
        Attachment attachment => attachment.Url,
        _ => null,
    }).OfType<string>();

    private static List<Base> All(Base element)
    {
        var all = new List<Base>();
        Add(element, all);
        return all;
    }

    // Into one list: an iterator at each depth took longer than all else that is done with a bundle before it is sent.
    private static void Add(Base element, List<Base> all)
    {
        all.Add(element);
        foreach (var (_, value) in element.EnumerateElements())
        {
            if (value is Base one) Add(one, all);
            else if (value is IEnumerable<Base> many) foreach (var each in many) Add(each, all);
        }
    }
}
