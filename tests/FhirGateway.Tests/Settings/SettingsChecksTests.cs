using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Settings;

/// <summary>Settings that could not work, or would not be safe, keep the gateway from starting and say what to change.</summary>
public sealed class SettingsChecksTests
{
    public static TheoryData<string, string?, string> Wrong => new()
    {
        { "Gateway:Sources:hami:Keys:apiKey:current", null, "Gateway:Sources:hami has no credentials for apiKey" },
        { "Gateway:Sources:insight-health:Keys:signingKey:current", null, "has no credentials for signingKey" },
        { "Gateway:Sources:hami:Keys:apiKey:current", "short", "shorter than 16 characters" },
        { "Gateway:Sources:hami:Keys:apiKey:next", "", "Keys:apiKey:next is empty" },
        { "Gateway:Sources:hami:Keys:password:current", "a-secret-of-sufficient-length", "has no such proof; it knows apiKey" },
        { "Gateway:Sources:hami:Vendor", "hammy", "set it to one of hami, human-api, insight-health, metriport, nabla" },
        { "Gateway:Sources:hami:Systems:Patient", "patients", "an identifier system is an absolute URI" },
        { "Gateway:Sources:a b:Vendor", "hami", "a source's name becomes part of a URL" },
        { "Gateway:Sources:hami:Systems:Patients", "urn:oid:1.2.3", "Gateway:Sources:hami:Systems:Patients: \"hami\" looks for nothing "
            + "of that type: did you mean Patient?" },
        { "Gateway:Sources:hami:Systems:MetriportPatient", "urn:oid:1.2.3", "looks for nothing of that type: it is one of Appointment, "
            + "Encounter, Patient, Practitioner." },
        { "Gateway:Sources:hami:Policies:unknownAppointment", "parked", "Policies:unknownAppointment can't be \"parked\": did you mean "
            + "park?" },
        { "Gateway:Sources:hami:Policies:unknownApointment", "park", "leaves no such decision to the site. did you mean "
            + "unknownAppointment?" },
        { "Gateway:Sources:nabla:Policies:unknownAppointment", "park", "Gateway:Sources:nabla:Policies:unknownAppointment: \"nabla\" "
            + "leaves no such decision to the site." },
        { "Gateway:Sources:hami:Token:Authority", "http://login.example", "Gateway:Sources:hami:Token:Authority is "
            + "\"http://login.example\": give the issuer's https base URL" },
        { "Gateway:Api:Token:Authority", "http://login.example", "Gateway:Api:Token:Authority is \"http://login.example\": give the "
            + "issuer's https base URL" },
        { "Gateway:Api:Token:Authority", "login.example", "Gateway:Api:Token:Authority is \"login.example\": give the issuer's https "
            + "base URL" },
        { "Gateway:Api:Token:Authority", "https://login.example/?tenant=1", "without query or fragment" },
        { "Gateway:Destinations:BaseUrl", "https://fhir.example", "Gateway:Destinations:BaseUrl is a group of settings, not a value" },
        { "Gateway:Destinations:north:BaseUri", "https://fhir.example", "Gateway:Destinations:north:BaseUri is not a setting: did you mean "
            + "BaseUrl?" },
        { "Gateway:Destinations:north:Timeout", "00:00:10", "Gateway:Destinations:north:BaseUrl is missing" },
        { "Gateway:Destinations:north:MaxEntries", "0", "Gateway:Destinations:north:MaxEntries must be 1 or more" },
        { "Gateway:Destinations:default:BaseUrl", "https://fhir.example", "the default one is configured as Gateway:Destination" },
        { "Gateway:Destinations:north:CaFile", "/nowhere.pem", "Gateway:Destinations:north:CaFile: there is no file /nowhere.pem" },
        { "Gateway:Sources:hami:Destination", "nort", "Gateway:Sources:hami:Destination is \"nort\", and there is no such destination: "
            + "it is one of default" },
        { "Gateway:Destination:BaseURI", "https://fhir.example", "Gateway:Destination:BaseURI is not a setting: did you mean BaseUrl?" },
        { "Gateway:Sources:hami:Key:apiKey:current", "a-secret-of-sufficient-length", "Gateway:Sources:hami:Key is not a setting: did "
            + "you mean Keys?" },
        { "Gateway:Zebra", "1", "Gateway:Zebra is not a setting: it is one of Api, Cluster, Delivery, Destination" },
        { "Gatewy:Ledger:Path", "x", "Gatewy is not a setting: did you mean Gateway?" },
        { "Gateway:Delivery:Parallelism", "many", "Gateway:Delivery:Parallelism is not a whole number" },
        { "Gateway:Delivery:Parallelism", "99999999999", "Gateway:Delivery:Parallelism is not a whole number, or too large for one" },
        { "Gateway:Delivery:Parallelism:Most", "4", "Gateway:Delivery:Parallelism is one value and can't hold "
            + "Gateway:Delivery:Parallelism:Most" },
        { "Gateway:Receiving:AllowHttp", "perhaps", "Gateway:Receiving:AllowHttp is not true or false" },
        { "Gateway:Receiving:BodyTimeout", "soon", "Gateway:Receiving:BodyTimeout is not a length of time such as 00:00:30" },
        { "Gateway:Receiving:BodyTimeout", "30", "write 00:00:30 for thirty seconds" },
        { "Gateway:Destination:Timeout", "00:00:00", "Gateway:Destination:Timeout must be longer than zero" },
        { "Gateway:Destination:Strategy:Entries", "0", "Gateway:Destination:Strategy:Entries must be 1 or more" },
        { "Gateway:Destination:Strategy:Writes", "client-ids", "Gateway:Destination:Strategy:Writes is not one of Conditional, ClientIds, "
            + "LookedUp, CreatesOnly" },
        { "Gateway:Destination:Strategy:Patches", "no", "Gateway:Destination:Strategy:Patches is not a setting: did you mean Patch?" },
        { "Gateway:Validation:OnInvalid", "Ignore", "Gateway:Validation:OnInvalid is not one of Refuse, Report" },
        { "Gateway:Sources:hami:Validation", "loud", "Gateway:Sources:hami:Validation is not one of Strict, Warn, Off" },
        { "Gateway:Receiving", "true", "Gateway:Receiving is a group of settings, not a value" },
        { "Gateway:Destination:Sandbox", "false", "Gateway:Destination:BaseUrl is missing" },
        { "Gateway:Destination:BaseUrl", "fhir.example", "give the absolute http(s) base URL" },
        { "Gateway:Receiving:TrustedProxies:0", "somewhere", "give an address or a network" },
        { "Gateway:Receiving:BytesInFlightPerSource", "1000000", "must be at least 16777216: Gateway:Sources:metriport takes bodies of "
            + "8388608 bytes" },
        { "Gateway:Sources:hami:RequestsPerMinute", "0", "Gateway:Sources:hami:RequestsPerMinute must be at least 1" },
        { "Gateway:Sources:hami:UnprovenRequestsPerMinute", "-1", "Gateway:Sources:hami:UnprovenRequestsPerMinute must be at least 1" },
        { "Gateway:Retention:Receipts", "29", "Gateway:Retention:Receipts must be from 30 to 36500 days: what its vendor sends again after "
            + "that is delivered again" },
        { "Gateway:Retention:Receipts", "365", "Gateway:Retention: Receipts must not be shorter than Bodies, and Bodies must be set" },
        { "Gateway:Sources:hami:Retention:DeadReceipts", "60", "Gateway:Sources:hami:Retention: DeadReceipts must not be shorter than "
            + "Receipts, and Receipts must be set" },
        { "Gateway:Delivery:ParkedRetry", "00:00:00", "Gateway:Delivery:ParkedRetry must be longer than zero" },
        { "Gateway:Delivery:LongestParkedRetry", "2", "Gateway:Delivery:LongestParkedRetry must be longer than zero and at most "
            + "1.00:00:00" },
        { "Gateway:Delivery:Parallelism", "0", "Parallelism must be from 1 to 256" },
        { "Gateway:Validation:Packages:0", "example.profiles#9.9.9", "\"packages add example.profiles#9.9.9\" brings it there" },
        { "Gateway:Validation:Profiles:0", "http://example.org/fhir/StructureDefinition/nowhere", "Gateway:Validation: "
            + "http://example.org/fhir/StructureDefinition/nowhere is unknown" },
        { "Gateway:Retention:Bodies", "00:10:00", "Gateway:Retention:Bodies must be from one hour to 36500 days: write 30.00:00:00" },
        { "Gateway:Sources:hami:Retention:Bodies", "-1", "Gateway:Sources:hami:Retention:Bodies must be from one hour" },
        { "Gateway:Retention:Bodies", "a month", "Gateway:Retention:Bodies is not a length of time" },
        { "Gateway:Cluster:Enabled", "true", "Gateway:Cluster:Enabled is true, and the ledger is a file" },
        { "Gateway:Api:SigningKey", "short", "Gateway:Api:SigningKey is shorter than 32 bytes" },
    };

    public static TheoryData<string, string, string> WrongCluster => new()
    {
        { "Name", " ", "Gateway:Cluster:Name must have from 1 to 150 characters" },
        { "Address", "gateway-1.example", "Gateway:Cluster:Address is \"gateway-1.example\": give the IP address" },
        { "Address", "0.0.0.0", "at which the other gateways reach this one" },
        { "Port", "70000", "Gateway:Cluster:Port must be from 1 to 65535" },
        { "CertificateFile", "gateway.pem", "Gateway:Cluster:CertificateFile and Gateway:Cluster:CaFile go together" },
        { "CaFile", "roots.pem", "Gateway:Cluster:CertificateFile and Gateway:Cluster:CaFile go together" },
        { "KeyFile", "gateway.key", "Gateway:Cluster has a KeyFile or a Password, and no CertificateFile" },
    };

    [Theory]
    [MemberData(nameof(WrongCluster))]
    public async Task It_does_not_start_as_a_member_that_could_not_be_one(string key, string value, string words)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Cluster:Enabled"] = "true",
            ["Gateway:Ledger:ConnectionString"] = "Host=nowhere.invalid",
            [$"Gateway:Cluster:{key}"] = value,
        };

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(settings));

        Assert.Contains(failure.Failures, each => each.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task It_does_not_start_and_says_why(string key, string? value, string words)
    {
        var settings = new Dictionary<string, string?> { [key] = value };

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(settings));

        Assert.Contains(failure.Failures, each => each.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(
            RunningGateway.Secret(GatewayHost.Vendors.Find("hami")!.Proofs[0]), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_names_a_destination_that_is_there_and_no_server_is_named_twice()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(new()
        {
            ["Gateway:Destinations:north:BaseUrl"] = "https://fhir.example/r4",
            ["Gateway:Destinations:south:BaseUrl"] = "https://fhir.example/r4/",
            ["Gateway:Sources:hami:Destination"] = "nroth",
        }));

        Assert.Contains(failure.Failures, each => each.EndsWith("no such destination: did you mean north?", StringComparison.Ordinal));
        Assert.Contains(
            "Gateway:Destinations:north and Gateway:Destinations:south are one server: let their sources name one of them.",
            failure.Failures);
    }

    [Theory]
    [InlineData("Strategy:Entries", "8", "MaxEntries", "8")]
    [InlineData("Strategy:Predecessor", "After", "Atomic", "false")]
    public async Task A_setting_is_given_under_one_of_its_names(string name, string value, string earlier, string same)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"Gateway:Destination:{name}"] = value,
            [$"Gateway:Destination:{earlier}"] = same,
        };

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(settings));

        Assert.Contains($"Gateway:Destination has both {name} and {earlier}, which is its earlier name: keep one.", failure.Failures);
    }
}
