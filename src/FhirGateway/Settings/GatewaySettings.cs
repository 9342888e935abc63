namespace FhirGateway.Settings;

/// <summary>
/// Everything a site configures, under <c>Gateway</c>: from appsettings.json, user secrets, environment variables or key files.
/// </summary>
public sealed class GatewaySettings
{
    public const string Section = "Gateway";

    /// <summary>The configured senders by name; the name is the last part of the webhook's URL.</summary>
    public Dictionary<string, SourceOptions> Sources { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A URI that the site owns (<c>https://hospital.example/fhir-gateway</c>): what the gateway writes carries identifiers in
    /// <c>{base}/{source}/{kind}</c>, and is written by those alone. Null: <c>urn:fhir-gateway:{source}:{kind}</c>.
    /// </summary>
    public string? IdentifierBase { get; init; }

    public DestinationOptions Destination { get; init; } = new();

    /// <summary>
    /// Further destinations by name, for the sources that name one: each has its own queue, pause, proofs, strategy and memory.
    /// </summary>
    public Dictionary<string, DestinationOptions> Destinations { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public LedgerOptions Ledger { get; init; } = new();

    /// <summary>Several gateways on one ledger as a cluster.</summary>
    public ClusterOptions Cluster { get; init; } = new();

    public ReceivingOptions Receiving { get; init; } = new();

    public ConformanceOptions Validation { get; init; } = new();

    public DeliveryOptions Delivery { get; init; } = new();

    /// <summary>How long what is settled is kept, of every source that doesn't say otherwise.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>
    /// How long the gateway takes to stop at most: for so long what is on its way to the destination may arrive. Whoever runs it (systemd,
    /// Kubernetes) must wait a little longer before it kills.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public ApiOptions Api { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>
    /// A folder with one setting per file, as orchestrators mount secrets: a file's name is the setting's, with <c>__</c> for each colon. A
    /// relative one is relative to the content root. Null for none.
    /// </summary>
    public string? SecretsFolder { get; init; }
}

/// <summary>What is told of the gateway's work beside its logs.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Whether metrics are served to Prometheus, without a token.</summary>
    public bool Metrics { get; init; }
}

/// <summary>One configured sender of a vendor's webhooks.</summary>
public sealed class SourceOptions
{
    /// <summary>Which vendor's contract the source speaks, e.g. the name of a folder's definition.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>
    /// The live secrets, by what the vendor's proof calls them (<c>ApiKey</c>, <c>SigningKey</c>, …) and then by a name of the site's own
    /// (<c>2026-05</c>): two live at once is how keys are rotated. Never logged.
    /// </summary>
    public Dictionary<string, Dictionary<string, string>> Keys { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Who issues the tokens, for a vendor that proves itself by a bearer token.</summary>
    public TokenOptions? Token { get; init; }

    /// <summary>
    /// The site's identifier systems by resource type (<c>Patient</c>, <c>Encounter</c>, <c>Appointment</c>, <c>Practitioner</c>).
    /// </summary>
    public Dictionary<string, string> Systems { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Decisions the vendor's definition leaves to the site, e.g. <c>unknownAppointment: park</c>.</summary>
    public Dictionary<string, string> Policies { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Proven webhook calls taken in a minute before the source is asked to slow down (429): far more than any vendor sends.
    /// </summary>
    public int RequestsPerMinute { get; init; } = 60_000;

    /// <summary>
    /// Calls in the source's name that prove nothing, in a minute and from one address, before that address is refused unread (429).
    /// </summary>
    public int UnprovenRequestsPerMinute { get; init; } = 120;

    /// <summary>
    /// To which of <see cref="GatewaySettings.Destinations"/> it delivers; null: to <see cref="GatewaySettings.Destination"/>.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// What becomes of its bundles that don't conform to R4, to this gateway's own profiles or to the site's; null: as
    /// <see cref="ConformanceOptions.OnInvalid"/> says for all.
    /// </summary>
    public ValidationSetting? Validation { get; init; }

    /// <summary>
    /// Categories that its documents get beside that of the vendor's mapping, each as <c>system|code</c>: a hospital's own, or US Core's.
    /// </summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The organisation that keeps its notes; unset, one of the source's name is made on the destination.</summary>
    public CustodianOptions? Custodian { get; init; }

    /// <summary>How long what is settled is kept of this source; what it leaves out is as for all.</summary>
    public RetentionOptions Retention { get; init; } = new();
}

/// <summary>The organisation that keeps a source's notes: one that is there, or one that the gateway makes.</summary>
public sealed class CustodianOptions
{
    /// <summary>The name of the Organization that the gateway makes.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// <c>system|value</c>: an identifier of the site's own Organization on the destination. Notes wait until it is there.
    /// </summary>
    public string? Identifier { get; init; }
}

/// <summary>The FHIR R4 server that bundles go to. Without a base URL the gateway delivers to its own sandbox.</summary>
public sealed class DestinationOptions
{
    public string? BaseUrl { get; init; }

    /// <summary>Whether the sandbox may stand in where there is no base URL; null: in development only.</summary>
    public bool? Sandbox { get; init; }

    public string? BearerToken { get; init; }

    public string? BasicUser { get; init; }

    public string? BasicPassword { get; init; }

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The gateway as one of its clients by SMART Backend Services; null for another proof, or none.</summary>
    public BackendServicesOptions? BackendServices { get; init; }

    /// <summary>The certificate that it asks of its clients; null for none.</summary>
    public ClientCertificateOptions? ClientCertificate { get; init; }

    /// <summary>
    /// PEM with the only roots that its own certificate may come from; null: those that the machine trusts. It holds for the token endpoint
    /// too.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>How long one request may take before it counts as not delivered and is tried again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether it is tried out, on Devices of nobody, before the first note goes there.</summary>
    public ProbeSetting Probe { get; init; }

    /// <summary>How it is written to, where the site decides it.</summary>
    public StrategyOptions Strategy { get; init; } = new();

    /// <summary>
    /// Whether it does a transaction wholly or not at all: an earlier name of <see cref="StrategyOptions.Predecessor"/>.
    /// </summary>
    public AtomicSetting Atomic { get; init; }

    /// <summary>Whether it takes new resources under ids that the gateway chose.</summary>
    public ClientIdsSetting ClientIds { get; init; }

    /// <summary>
    /// The most entries of one transaction; null: as many as there are, until it refuses some. An earlier name of
    /// <see cref="StrategyOptions.Entries"/>.
    /// </summary>
    public int? MaxEntries { get; init; }

    /// <summary>Where it is configured, for what is said of it.</summary>
    internal string At { get; set; } = $"{GatewaySettings.Section}:Destination";

    /// <summary>In which request earlier versions are ended, under either name of the setting; null where nothing is set.</summary>
    internal PredecessorSetting? PredecessorSet => Strategy.Predecessor ?? Atomic switch
    {
        AtomicSetting.True => PredecessorSetting.SameTransaction,
        AtomicSetting.False => PredecessorSetting.After,
        _ => null,
    };

    /// <summary>The most entries of one transaction, under either name of the setting; null where nothing is set.</summary>
    internal int? EntriesSet => Strategy.Entries ?? MaxEntries;
}

/// <summary>Whether a destination is tried out.</summary>
public enum ProbeSetting
{
    /// <summary>It is, at each start.</summary>
    On,

    /// <summary>It is not: what it does is learnt from notes.</summary>
    Off,
}

/// <summary>Whether a destination is believed to do transactions wholly or not at all.</summary>
public enum AtomicSetting
{
    /// <summary>Its CapabilityStatement must say so, and it must refuse a transaction that can't be done whole.</summary>
    Learn,

    /// <summary>It does.</summary>
    True,

    /// <summary>It does each entry by itself: what must not happen without the rest goes out in a request of its own, afterwards.</summary>
    False,
}

/// <summary>How resources are written that have no identifier in R4 (Provenance, Binary).</summary>
public enum ClientIdsSetting
{
    /// <summary>By an id of the gateway's choice, unless the destination says, or shows, that it takes none.</summary>
    Auto,

    /// <summary>By an id of the gateway's choice.</summary>
    Yes,

    /// <summary>Created under a tag of the gateway's own, once.</summary>
    No,
}

/// <summary>Where messages and deliveries are kept.</summary>
public sealed class LedgerOptions
{
    /// <summary>
    /// The SQLite file; its folder is made if it is missing. A relative path is relative to the folder that the service manager names for a
    /// service's state (systemd's <c>STATE_DIRECTORY</c>), else to the content root; never to where the program was started.
    /// </summary>
    public string Path { get; init; } = "data/ledger.db";

    /// <summary>
    /// A PostgreSQL database (14 or later) instead of the file, which several gateways may share:
    /// <c>Host=…;Database=…;Username=…;Password=…</c>, as Npgsql reads it. The tables go into the first schema of its search path. Null:
    /// the file.
    /// </summary>
    public string? ConnectionString { get; init; }

    public LedgerKeysOptions Keys { get; init; } = new();

    /// <summary>
    /// With fewer free bytes on the file's disk the gateway is not ready: whatever balances load sends webhooks elsewhere.
    /// </summary>
    public long LeastFreeBytes { get; init; } = 64 * 1024 * 1024;
}

/// <summary>What a webhook call may look like before anything of it is believed.</summary>
public sealed class ReceivingOptions
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Accept webhooks over plain HTTP. Only for development, or where the network itself is trusted.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-Proto</c> and <c>X-Forwarded-For</c> are believed.</summary>
    public List<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Bytes of bodies in memory at one time, of all sources; more are refused (503). Unless said, an eighth of the memory that the process
    /// may use, from 64 to 256 MiB.
    /// </summary>
    public long BytesInFlight { get; init; } = PartOfMemory(8, 64 * Mebibyte, 256 * Mebibyte);

    /// <summary>Bytes of bodies in memory at one time, of one source. Unless said, a sixteenth of the memory, from 32 to 128 MiB.</summary>
    public long BytesInFlightPerSource { get; init; } = PartOfMemory(16, 32 * Mebibyte, 128 * Mebibyte);

    /// <summary>How long a sender may take to hand over its body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the destination may take to say whether a resource exists, while the vendor waits for its answer.</summary>
    public TimeSpan LookupBudget { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How far a sender's clock may be ahead of ours. A time beyond it is a doubt, and receipt orders versions instead.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(10);

    // What the process may use, as a container or a heap limit says.
    private static long PartOfMemory(int divisor, long atLeast, long atMost) =>
        Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / divisor, atLeast, atMost);
}

/// <summary>What a bundle must conform to before it is sent: R4 itself, always, and the site's profiles.</summary>
public sealed class ConformanceOptions
{
    /// <summary>Packages that hold the profiles, as <c>NAME#VERSION</c>: <c>packages add</c> brings them into the cache.</summary>
    public List<string> Packages { get; init; } = [];

    /// <summary>The folder of the package cache; null: <c>~/.fhir/packages</c>.</summary>
    public string? PackageCache { get; init; }

    /// <summary>Canonicals of profiles: every resource of their type must conform to them.</summary>
    public List<string> Profiles { get; init; } = [];

    public OnInvalid OnInvalid { get; init; }
}

/// <summary>What becomes of a source's bundles that do not conform.</summary>
public enum ValidationSetting
{
    /// <summary>They are not sent: the delivery is dead, says why, and can be replayed.</summary>
    Strict,

    /// <summary>They are sent, and the delivery's receipt says what is wrong with them.</summary>
    Warn,

    /// <summary>Nobody looks.</summary>
    Off,
}

/// <summary>What becomes of a bundle that does not conform, of every source that says nothing itself.</summary>
public enum OnInvalid
{
    /// <summary>It is not sent: the delivery is dead, says why, and can be replayed.</summary>
    Refuse,

    /// <summary>It is sent, and the delivery's receipt says what is wrong with it.</summary>
    Report,
}

/// <summary>How deliveries are worked off.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Lanes worked at the same time, at most: how many up to that is found from how long deliveries take.</summary>
    public int Parallelism { get; init; } = 64;

    /// <summary>How long a claimed delivery is one worker's own; a worker that died leaves it to another after this.</summary>
    public TimeSpan ClaimLease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait between two attempts of a delivery that keeps failing for a passing cause.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest wait that the destination may ask for (Retry-After): a longer one is cut to this.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How soon after it was parked it is looked whether what a delivery waits for is there. Each later wait is four times as long.
    /// </summary>
    public TimeSpan ParkedRetry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest such wait, where many are asked for in one search. Where it takes an attempt to find out, <see cref="LongestWait"/> is.
    /// </summary>
    public TimeSpan LongestParkedRetry { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Who may use the gateway's own API: bearers of a token signed with the key, or by the authority. Neither set: nobody.</summary>
public sealed class ApiOptions
{
    /// <summary>A symmetric key (HS256), at least 32 bytes.</summary>
    public string? SigningKey { get; init; }

    public TokenOptions Token { get; init; } = new();

    /// <summary>The largest correlation record, in bytes.</summary>
    public int MaxCorrelationBytes { get; init; } = 64 * 1024;
}

/// <summary>An OpenID Connect issuer of bearer tokens.</summary>
public sealed class TokenOptions
{
    /// <summary>The issuer's base URL, whose discovery document names its keys.</summary>
    public string? Authority { get; init; }

    public string? Issuer { get; init; }

    public string? Audience { get; init; }
}
