namespace FhirGateway.Chaos;

/// <summary>How long, how much, and of what.</summary>
internal sealed record ChaosOptions
{
    /// <summary>What the order of the faults, the patients and the duplicates come from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many notes are sent, not counting duplicates.</summary>
    public int Messages { get; init; } = 2000;

    /// <summary>How many gateways are killed without a word (SIGKILL).</summary>
    public int Kills { get; init; } = 20;

    /// <summary>About how long faults are made. Every fault is made once, however short this is.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a passing fault lasts.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long everything may take to be normal after a fault, and to settle at the end.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The FHIR server behind the proxy; null for a sandbox of the run's own.</summary>
    public Uri? Destination { get; init; }

    /// <summary>
    /// Paths of other builds' <c>FhirGateway.dll</c>, which the gateways take in turn: versions beside one another, or one before this.
    /// Empty: all are this build's.
    /// </summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Settings that such a build does not know, and that no gateway gets.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>How many gateways share one ledger.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Settings of the ledger, by their names after <c>Gateway:Ledger:</c>; none: a SQLite file in a folder of the run's own.</summary>
    public IReadOnlyDictionary<string, string> Ledger { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the ledger is a PostgreSQL of the run's own, which the run may stop and kill.</summary>
    public bool Postgres { get; init; }

    /// <summary>Whether the gateways are a cluster.</summary>
    public bool Cluster { get; init; }

    /// <summary>The names of the faults to make; empty for all.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Whether what the gateways said and the journal are kept, to be looked at.</summary>
    public bool Keep { get; init; }
}
