using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using FhirGateway.Ledger;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>A note that was delivered, died when it was sent again, and comes once more from its vendor.</summary>
public sealed class SameVersionTests
{
    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_version_that_comes_by_another_delivery_does_not_supersede_itself(bool isReal)
    {
        var folder = Directory.CreateTempSubdirectory("same-version");
        var ledger = Path.Combine(folder.FullName, "ledger.db");
        await using (var hospital = await Hospital.OpenAsync(isReal, ledger))
        {
            var alice = await hospital.PatientAsync("alice");
            await hospital.EncounterAsync("visit", alice);
            await hospital.Gateway.Ledger.PutCorrelationAsync(
                "nabla", hospital.Name("request"),
                JsonSerializer.Serialize(new { patient = hospital.Name("alice"), encounter = hospital.Name("visit") }));
            var message = SubjectConflictTests.Generated(hospital);
            await hospital.SendAsync("nabla", message, DeliveryState.Delivered);

            // As if somebody had replayed it while the destination refused everything.
            await using (var file = new SqliteConnection($"Data Source={ledger};Pooling=false"))
            {
                await file.ExecuteAsync("UPDATE delivery SET state = 'dead' WHERE state = 'delivered'");
            }

            var again = JsonNode.Parse(message)!;
            again["id"] = Guid.NewGuid().ToString();
            await hospital.SendAsync("nabla", again.ToJsonString(), DeliveryState.Delivered);

            var document = Assert.Single(await hospital.ChartAsync("DocumentReference", alice));
            Assert.Equal("current", document.GetProperty("status").GetString());
            Assert.False(document.TryGetProperty("relatesTo", out _));
            Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", alice));
        }

        folder.Delete(recursive: true);
    }
}
