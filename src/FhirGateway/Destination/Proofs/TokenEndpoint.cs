using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Settings;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// Where access tokens are asked for (https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html#obtain-access-token). It asks
/// once; when to ask again is for others.
/// </summary>
/// <param name="http">From <see cref="Client"/>.</param>
public sealed class TokenEndpoint(DestinationOptions destination, ClientKeys keys, HttpClient http, TimeProvider clock)
{
    private const string Jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly BackendServicesOptions _options = destination.BackendServices!;
    private string? _found;

    /// <summary>Where it is configured, for what is said of it.</summary>
    public string At => $"{destination.At}:BackendServices";

    /// <summary>A client with limits: a token is small, and deliveries wait for it.</summary>
    public static HttpClient Client(HttpMessageHandler transport) =>
        new(transport, disposeHandler: false) { MaxResponseContentBufferSize = LargestAnswer, Timeout = Limit };

    /// <summary>Asks for a token.</summary>
    /// <exception cref="ProofException">There is none.</exception>
    public async Task<AccessToken> AskAsync()
    {
        var began = clock.GetTimestamp();
        var url = _options.TokenEndpoint is { Length: > 0 } set ? set : _found ??= await FindAsync();
        try
        {
            using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"),
                    new("scope", _options.Scope),
                    new("client_assertion_type", Jwt),
                    new("client_assertion", keys.Assertion(url)),
                ]),
            }, "the token endpoint");
            var body = await BodyAsync(answer);
            if (!answer.IsSuccessStatusCode) throw Refused(answer, body);
            return Read(body, began);
        }
        catch (ProofException)
        {
            // It may have moved.
            _found = null;
            throw;
        }
    }

    private async Task<string> FindAsync()
    {
        var url = $"{destination.BaseUrl!.TrimEnd('/')}/.well-known/smart-configuration";
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, url), "smart-configuration, which names the token endpoint,");
        var status = (int)answer.StatusCode;
        if (status is 429 or >= 500)
            throw new ProofException($"no access token: smart-configuration was answered with {status}", true, FhirResponse.Delay(answer));
        var found = answer.IsSuccessStatusCode && await BodyAsync(answer) is { } body ? Json.Text(body, "token_endpoint") : null;
        return found is not null && IsSafe(found)
            ? found
            : throw new ProofException(
                $"no access token: {{{destination.At}:BaseUrl}}/.well-known/smart-configuration (answered {status}) names no https "
                    + $"token_endpoint. {At}:TokenEndpoint sets it",
                false);
    }

    /// <summary>Whether what is sent there can't be read on the way: by https, or within this machine.</summary>
    public static bool IsSafe(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == "http" && uri.IsLoopback));

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what)
    {
        using (request)
        {
            request.Headers.Accept.Add(new("application/json"));
            try
            {
                return await http.SendAsync(request);
            }
            catch (OperationCanceledException late)
            {
                throw new ProofException($"no access token: {what} did not answer within {Limit.TotalSeconds} s", true, null, late);
            }
            catch (HttpRequestException failure)
            {
                var why = failure.HttpRequestError switch
                {
                    HttpRequestError.SecureConnectionError => $"makes no secure connection: look at {destination.At}:CaFile",
                    HttpRequestError.ConfigurationLimitExceeded => $"gives too long an answer: look at {At}:TokenEndpoint",
                    _ => "can't be reached",
                };
                throw new ProofException($"no access token: {what} {why}", true, null, failure);
            }
        }
    }

    private static async Task<JsonElement?> BodyAsync(HttpResponseMessage answer)
    {
        try
        {
            return ForeignJson.Parse(await answer.Content.ReadAsByteArrayAsync(), FhirClient.MaxDepth);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Of what it says only the code is told, and only one of those that there are: an error's text may quote the assertion.
    private ProofException Refused(HttpResponseMessage answer, JsonElement? body)
    {
        var status = (int)answer.StatusCode;
        var advice = body is { } said ? Json.Text(said, "error") switch
        {
            "invalid_client" or "unauthorized_client" or "invalid_grant" =>
                $"it does not know the client, or not its key. Look at {At}:ClientId and KeyFile, and whether it reads the gateway's keys",
            "invalid_scope" => $"it does not give what is asked for. Look at {At}:Scope",
            "unsupported_grant_type" => $"it knows no client_credentials. Is {At}:TokenEndpoint right?",
            "invalid_request" => $"it does not understand the request. Is {At}:TokenEndpoint right?",
            _ => null,
        } : null;
        var code = advice is null ? "" : " " + Json.Text(body!.Value, "error");
        if (advice is null && status is 408 or 425 or 429 or >= 500)
            return new ProofException($"no access token: the token endpoint answered {status}", true, FhirResponse.Delay(answer));
        return new ProofException(
            $"no access token: the token endpoint answered {status}{code}: {advice ?? $"is {At}:TokenEndpoint right?"}",
            false,
            FhirResponse.Delay(answer));
    }

    private AccessToken Read(JsonElement? body, long began)
    {
        if (body is not { ValueKind: JsonValueKind.Object } said
            || Json.Text(said, "access_token") is not { Length: > 0 } token || !IsHeader(token))
            throw new ProofException($"no access token: the token endpoint's answer holds none. Is {At}:TokenEndpoint right?", false);
        if (Json.Text(said, "token_type") is { } type && !type.Equals("bearer", StringComparison.OrdinalIgnoreCase))
            throw new ProofException("no access token: the token endpoint gives one that is no bearer token, which SMART asks for", false);
        return new AccessToken(token, AccessToken.LifetimeOf(said), began, Json.Text(said, "scope"));
    }

    // RFC 6750, 2.1: what else a header would break over.
    private static bool IsHeader(string token) => token.All(sign => sign is > ' ' and < (char)127);
}
