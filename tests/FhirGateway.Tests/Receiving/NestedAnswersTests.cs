using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Testing;
using FhirGateway.Tests.CommandLine;

namespace FhirGateway.Tests.Receiving;

/// <summary>A questionnaire's answers nest without limit (R4 questionnaireresponse.html), and Metriport sends nothing twice.</summary>
public sealed class NestedAnswersTests
{
    private const string Webhook = "cases/public/metriport-consolidated-nested-answers.json";
    private const string Resource = "cases/public/nested-answers.json";

    [SharedFact(Webhook)]
    public async Task What_validate_takes_is_not_refused_inside_a_webhook_and_is_kept_byte_for_byte()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "MRN-4711");
        var body = await File.ReadAllBytesAsync(Repository.SharedPath(Webhook)!);

        using var answer = await gateway.SendAsync("metriport", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await gateway.UntilStateAsync("metriport", DeliveryState.Delivered);
        var kept = Assert.Single(await gateway.AllAsync("Binary")).GetProperty("data").GetBytesFromBase64();
        Assert.Contains(Encoding.UTF8.GetString(kept), Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [SharedFact(Resource)]
    public async Task The_resource_itself_is_not_refused_by_validate()
    {
        var (exit, output, _) = await Shell.RunAsync(["validate", Repository.SharedPath(Resource)!], default);

        Assert.Equal(0, exit);
        Assert.DoesNotContain(
            JsonElement.Parse(output).GetProperty("issue").EnumerateArray(), issue => issue.GetProperty("severity").GetString() == "error");
    }

    [Fact]
    public async Task What_is_too_deep_is_refused_as_that_with_the_depth_found()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var body = $"{{\"x\":{new string('[', 149)}{new string(']', 149)}}}";

        using var answer = await gateway.SendAsync("metriport", Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("nested 150 levels deep; at most 144 are read", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("too-deep", Assert.Single(await gateway.RefusalsAsync(1)).Reason);
    }
}
