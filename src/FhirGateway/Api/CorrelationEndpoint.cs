using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Checking;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.Extensions.Options;

namespace FhirGateway.Api;

/// <summary>
/// <c>PUT /api/sources/{source}/correlations/{key}</c>: whose note a request will be. Checked as strictly as what a vendor sends, since it
/// decides in which chart a note lies.
/// </summary>
internal static class CorrelationEndpoint
{
    private const int LongestKey = 512;

    public static async Task<IResult> PutAsync(
        string source,
        string key,
        HttpRequest request,
        SourceCatalog sources,
        ILedger ledger,
        IOptions<GatewaySettings> settings,
        CancellationToken cancellationToken)
    {
        if (!sources.TryGet(source, out var known)) return Refused($"There is no source {source}.", StatusCodes.Status404NotFound);
        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey)
            return Refused($"A correlation's key is not blank and has at most {LongestKey} characters.", StatusCodes.Status400BadRequest);
        if (!ContentCoding.IsKnown(request, out var coding) || coding.Length > 0)
            return Refused("A correlation is taken without a content coding.", StatusCodes.Status415UnsupportedMediaType);

        var most = settings.Value.Api.MaxCorrelationBytes;
        var (body, fault) = await RawBody.ReadAsync(
            request, most, settings.Value.Receiving.BodyTimeout, hasRoomFor: null, cancellationToken);
        if (fault == BodyFault.TooSlow) return Refused("The body did not come in time.", StatusCodes.Status408RequestTimeout);
        if (fault != BodyFault.None) return Refused($"A correlation has at most {most} bytes.", StatusCodes.Status413PayloadTooLarge);

        var (verdict, problems) = CorrelationRules.Check(known.Vendor, body, out var correlation);
        if (verdict != Verdict.Stored) return Refused(verdict, problems);
        var released = await ledger.PutCorrelationAsync(known.Name, Uuids.InOneSpelling(key), correlation.GetRawText(), cancellationToken);
        return Results.Ok(new { source = known.Name, key, released });
    }

    private static IResult Refused(string why, int status) => Results.Problem(why, statusCode: status);

    private static IResult Refused(Verdict verdict, IReadOnlyList<Problem> problems) => Results.Problem(
        string.Join(" ", problems.Select(problem => problem.Text)),
        statusCode: verdict == Verdict.Malformed ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
        extensions: new Dictionary<string, object?>
        {
            ["problems"] = problems.Select(problem => new { problem.Code, problem.Text, problem.Pointer }),
        });
}
