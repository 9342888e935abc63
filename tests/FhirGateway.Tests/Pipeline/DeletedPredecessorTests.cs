using System.Text;
using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A note whose earlier version somebody deleted from the destination: the new one must go out all the same.</summary>
public sealed class DeletedPredecessorTests
{
    private const string Source = "hami";
    private readonly string _appointment = Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_version_goes_out_on_the_sandbox_though_the_old_one_is_gone(bool wholly)
    {
        await using var gateway = await RunningGateway.StartAsync();
        await ReplacesAsync(gateway, gateway.Sandbox, wholly);
    }

    [HapiTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_version_goes_out_on_HAPI_though_the_old_one_is_gone(bool wholly)
    {
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Destination:BaseUrl"] = Requirements.Hapi, ["Gateway:Destination:Sandbox"] = null });
        using var http = new HttpClient { BaseAddress = new Uri(Requirements.Hapi + "/") };
        await ReplacesAsync(gateway, new FhirClient(http), wholly);
    }

    private async Task ReplacesAsync(RunningGateway gateway, FhirClient destination, bool wholly)
    {
        await PrepareAsync(destination);
        var first = Written(await DeliverAsync(gateway, "2026-03-02T08:00:00Z", "Aspirin", "Iron"));

        // Servers keep what is referred to: to lose one medication, its Composition and Provenance must go, too, and the document must
        // not name the Composition.
        if (!wholly) await SendAsync(destination, [Without("context", first["DocumentReference"][0])]);
        string[] gone = [
            .. first["Provenance"], .. first["Composition"], .. first["MedicationStatement"].Take(wholly ? 2 : 1),
            .. wholly ? first["DocumentReference"] : []];
        await SendAsync(destination, gone.Select(reference => (object)new { request = new { method = "DELETE", url = reference } }));

        var second = await DeliverAsync(gateway, "2026-03-02T09:00:00Z", "Zinc");

        Assert.Contains("is not on the destination", second.Receipt, StringComparison.Ordinal);
        var written = Written(second);
        Assert.Equal(
            "current", await StatusAsync(destination, Assert.Single(written["DocumentReference"].Except(first["DocumentReference"]))));
        if (wholly) return;
        Assert.Equal("superseded", await StatusAsync(destination, first["DocumentReference"][0]));
        Assert.Equal("completed", await StatusAsync(destination, first["MedicationStatement"][1]));
    }

    private async Task PrepareAsync(FhirClient destination)
    {
        var identifier = new[] { new { system = RunningGateway.SystemOf("appointment"), value = _appointment } };
        await SendAsync(destination,
        [
            new { fullUrl = "urn:uuid:00000000-0000-4000-8000-00000000000"
                + "1", resource = new { resourceType = "Patient" }, request = new { method = "POST", url = "Patient" } },
            new
            {
                resource = new
                {
                    resourceType = "Appointment", identifier, status = "booked",
                    participant = new[] { new { actor = new { reference = "urn:uuid:00000000-0000-4000-8000-00000000000"
                        + "1" }, status = "accepted" } },
                },
                request = new { method = "POST", url = "Appointment" },
            },
        ]);
    }

    private async Task<DeliveryView> DeliverAsync(RunningGateway gateway, string created, params string[] medications)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            appointmentId = _appointment,
            dateCreated = created,
            intakeSummary = new Dictionary<string, object>
            {
                ["Summary"] = "x",
                ["Medications"] =
                    new Dictionary<string, object> { ["Current Medications"] = medications.Select(name => new { Name = name }) },
            },
        });
        using var answer = await gateway.SendAsync(Source, body);
        Assert.True(answer.IsSuccessStatusCode);
        return (await gateway.UntilStateAsync(Source, DeliveryState.Delivered))[^1];
    }

    private static Dictionary<string, List<string>> Written(DeliveryView delivery) =>
        JsonElement.Parse(delivery.Receipt!).GetProperty("resources").EnumerateArray()
        .Select(resource => resource.GetProperty("reference").GetString()!)
        .GroupBy(reference => reference.Split('/')[0])
        .ToDictionary(group => group.Key, group => group.ToList());

    private static object Without(string path, string reference) => new
    {
        request = new { method = "PATCH", url = reference },
        resource = new
        {
            resourceType = "Parameters",
            parameter = new[]
            {
                new
                {
                    name = "operation",
                    part = new object[]
                    {
                        new { name = "type", valueCode = "delete" },
                        new { name = "path", valueString = $"{reference.Split('/')[0]}.{path}" },
                    },
                },
            },
        },
    };

    private static async Task<string?> StatusAsync(FhirClient destination, string reference)
    {
        var parts = reference.Split('/');
        return (await destination.ReadAsync(parts[0], parts[1])).Body!.Value.GetProperty("status").GetString();
    }

    private static async Task SendAsync(FhirClient destination, IEnumerable<object> entry)
    {
        var answer = await destination.TransactionAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { resourceType = "Bundle", type = "transaction", entry }));
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
    }
}
