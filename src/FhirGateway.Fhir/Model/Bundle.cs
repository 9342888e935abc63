namespace FhirGateway.Fhir.Model;

public partial class Bundle
{
    /// <summary>Adds an entry that holds the resource, and answers it.</summary>
    public EntryComponent AddResourceEntry(Resource resource, string? fullUrl)
    {
        var entry = new EntryComponent { Resource = resource, FullUrl = fullUrl };
        Entry.Add(entry);
        return entry;
    }
}
