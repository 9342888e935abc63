using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Ledger;
using FhirGateway.Pipeline;
using Microsoft.AspNetCore.Http.Features;

namespace FhirGateway.Api;

/// <summary>A person's word on a delivery whose subject is in conflict: what was filed earlier was wrong, or both are right.</summary>
internal static class DecisionEndpoint
{
    private const int LargestBody = 16 * 1024;
    private const int LongestReason = 1000;

    private static readonly string[] Choices = [SubjectConflict.Correct, SubjectConflict.Separate];

    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    public static async Task<IResult> DecideAsync(
        string id, HttpRequest request, ClaimsPrincipal user, ILedger ledger, CancellationToken cancellationToken)
    {
        var limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false }) limit.MaxRequestBodySize = LargestBody;
        Body? said;
        try
        {
            said = await JsonSerializer.DeserializeAsync<Body>(request.Body, Strict, cancellationToken);
        }
        catch (JsonException)
        {
            said = null;
        }
        catch (BadHttpRequestException refused)
        {
            return Refused($"A decision has at most {LargestBody} bytes.", refused.StatusCode);
        }

        if (said is null || Array.IndexOf(Choices, said.Decision) < 0)
        {
            var choices = string.Join("\" or \"", Choices);
            return Refused($"A decision is {{ \"decision\": \"{choices}\", \"reason\": \"…\" }}.", StatusCodes.Status400BadRequest);
        }

        if (string.IsNullOrWhiteSpace(said.Reason) || said.Reason.Length > LongestReason)
            return Refused($"A decision has a reason, of at most {LongestReason} characters: it is kept.", StatusCodes.Status400BadRequest);

        var (reason, by) = (said.Reason.Trim(), NameOf(user));
        return await ledger.DecideAsync(id, SubjectConflict.Prefix, said.Decision, reason, by, said.WaitsFor, cancellationToken) switch
        {
            DecisionResult.Decided => Results.Accepted($"/api/deliveries/{id}", new { said.Decision, reason, by }),
            DecisionResult.Unknown => Refused("There is no such delivery.", StatusCodes.Status404NotFound),
            DecisionResult.AskedOtherwise => Refused(
                "It waits for something else by now: look again at what is filed.", StatusCodes.Status409Conflict),
            _ => Refused("It does not wait for a decision about its subject.", StatusCodes.Status409Conflict),
        };
    }

    // Whoever signs with the site's own key need not name a person.
    private static string NameOf(ClaimsPrincipal user)
    {
        foreach (var claim in (string[])[ClaimTypes.NameIdentifier, "sub", "client_id", "azp", "appid"])
        {
            if (user.FindFirstValue(claim) is { } name && !string.IsNullOrWhiteSpace(name)) return name;
        }

        return user.FindFirstValue("iss") is { } issuer ? $"a token of {issuer}" : "a token signed with Api:SigningKey";
    }

    private static IResult Refused(string why, int status) => Results.Problem(why, statusCode: status);

    private sealed record Body(
        [property: JsonPropertyName("decision"), JsonRequired] string Decision,
        [property: JsonPropertyName("reason"), JsonRequired] string? Reason,
        [property: JsonPropertyName("waitsFor")] string? WaitsFor = null);
}
