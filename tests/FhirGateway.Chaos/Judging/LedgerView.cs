using System.Net.Http.Headers;
using System.Text.Json;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Chaos.Judging;

/// <summary>What the gateway says of its own deliveries, through its API.</summary>
internal sealed class LedgerView(HttpClient http, Uri gateway)
{
    public const string ApiKey = "the-signing-key-of-the-chaos-0123456789";
    private const int Page = 200;

    /// <summary>How many deliveries have not ended: none may, once all is normal.</summary>
    public async Task<int> UnendedAsync() => (await PageAsync("pending,delivering,parked", null)).Count;

    /// <summary>How many deliveries are in each state, and the ids and reasons of the dead.</summary>
    public async Task<(IReadOnlyDictionary<string, int> States, IReadOnlyList<string> Dead)> AllAsync()
    {
        var states = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var dead = new List<string>();
        long? before = null;
        while (await PageAsync(null, before) is { Count: > 0 } page)
        {
            foreach (var delivery in page)
            {
                var state = delivery.GetProperty("state").GetString()!;
                states[state] = states.GetValueOrDefault(state) + 1;
                if (state is "dead" or "parked")
                    dead.Add($"delivery {delivery.GetProperty("id").GetString()} is {state}: {delivery.GetProperty("reason").GetString()}");
                before = delivery.GetProperty("sequence").GetInt64();
            }
        }

        return (states, dead);
    }

    private async Task<IReadOnlyList<JsonElement>> PageAsync(string? state, long? before)
    {
        var query = $"api/deliveries?limit={Page}{(state is null ? "" : $"&state={state}")}{(before is null ? "" : $"&before={before}")}";
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, query));
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BearerScheme.Token(ApiKey, TimeProvider.System.GetUtcNow()));
        using var answer = await http.SendAsync(call);
        answer.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return [.. body.RootElement.GetProperty("deliveries").EnumerateArray().Select(each => each.Clone())];
    }
}
