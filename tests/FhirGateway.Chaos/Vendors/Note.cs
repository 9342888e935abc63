namespace FhirGateway.Chaos.Vendors;

/// <summary>One version of a document: a message that a vendor sends, and what became of it.</summary>
internal sealed class Note
{
    public required Document Document { get; init; }

    /// <summary>From 1, in the order of sending.</summary>
    public required int Version { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Stands in the note's text and nowhere else: by it the note is recognised wherever its text goes.</summary>
    public string Marker => $"{Document.Marker}-{Version}";

    /// <summary>When the first 2xx came, as a timestamp of the clock that only runs forward; null before.</summary>
    public long? AcknowledgedAt { get; set; }

    /// <summary>When the FHIR server first said that it has it; null before.</summary>
    public long? ArrivedAt { get; set; }
}

/// <summary>What a vendor regenerates: each version takes the place of the one before.</summary>
internal sealed class Document
{
    public required int Number { get; init; }

    public required Vendor Vendor { get; init; }

    /// <summary>The patient's identifier.</summary>
    public required string Patient { get; init; }

    /// <summary>How many versions will be sent.</summary>
    public required int Versions { get; init; }

    /// <summary>Whether the site registers the encounter or appointment only after the vendor sent the first version.</summary>
    public required bool IsAdmittedLate { get; init; }

    /// <summary>How many ledgers were lost before it: with a ledger, all that it acknowledged is gone.</summary>
    public required int Ledger { get; init; }

    /// <summary>Whether what its notes refer to is on the FHIR server.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether its ledger was lost: then nothing of it need be there, but nothing may be wrong.</summary>
    public bool IsExcused { get; set; }

    public List<Note> Notes { get; } = [];

    public string Marker => $"chaos-{Number:x8}";

    /// <summary>The last version that was acknowledged; 0 for none.</summary>
    public int LastAcknowledged => Notes.Where(note => note.AcknowledgedAt is not null).Select(note => note.Version).DefaultIfEmpty().Max();

    /// <summary>Its id for people: the source and number, nothing of a chart.</summary>
    public override string ToString() => $"{Vendor.Source} document {Number}";
}
