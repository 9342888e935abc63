using FhirGateway.Ledger;

namespace FhirGateway.Tests;

/// <summary>The vendors' own samples, and what must be on the destination before they can be delivered.</summary>
internal static class Samples
{
    /// <summary>What an encounter must have.</summary>
    public const string Encounter =
        """ "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """;

    private static readonly Dictionary<string, string> Required = new(StringComparer.Ordinal)
    {
        ["Encounter"] = Encounter,
        ["Appointment"] = """ "status": "booked", "participant": [ { "actor": """
            + """{ "reference": "Patient?identifier=https%3A%2F%2Ftests.fhirgateway.example%2Fpatient%7C1" }, "status": "accepted" } ] """,
    };

    public static ReadOnlyMemory<byte> Demo(string vendor) =>
        GatewayHost.Vendors.Find(vendor)!.Samples.Single(sample => sample.IsDemo).Body;

    /// <summary>Creates whatever the source's only delivery waits for, one after the other, until it is delivered.</summary>
    public static async Task<DeliveryView> SatisfyAsync(RunningGateway gateway, string source, List<string>? waitedFor = null)
    {
        var created = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var delivery = (await gateway.UntilAsync(source, deliveries => deliveries is [{ State: DeliveryState.Delivered }]
                || deliveries is [{ State: DeliveryState.Parked } parked] && !created.Contains(parked.WaitsFor!))).Single();
            if (delivery.State == DeliveryState.Delivered) return delivery;
            created.Add(delivery.WaitsFor!);
            waitedFor?.Add(delivery.WaitsFor!);
            await CreateAsync(gateway, delivery.WaitsFor!);
        }
    }

    /// <summary>
    /// Finds out what the source's demo sample needs by a gateway of its own that refuses nothing, and puts it on this one's sandbox.
    /// </summary>
    public static async Task PrepareAsync(RunningGateway gateway, string source)
    {
        var waitedFor = new List<string>();
        await using (var scout = await RunningGateway.StartAsync(RunningGateway.RefusingNothing(source)))
        {
            await scout.SendAsync(source, Demo(source));
            await SatisfyAsync(scout, source, waitedFor);
        }

        foreach (var condition in waitedFor) await CreateAsync(gateway, condition);
    }

    private static async Task CreateAsync(RunningGateway gateway, string condition)
    {
        var (type, query) = condition.Split('?', 2) is [var before, var after] ? (before, after) : throw new ArgumentException(condition);
        var token = Uri.UnescapeDataString(query["identifier=".Length..]).Split('|', 2);
        if (type == "Appointment") await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "1");
        await gateway.PutAsync(type, token[0], token[1], Required.GetValueOrDefault(type));
    }
}
