using System.Globalization;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Sources.Proofs;

/// <summary>Signatures against the vectors of the vendors' contracts, computed there with two other programs.</summary>
public sealed class DocumentedSignatureTests
{
    private static readonly DateTimeOffset Sent = DateTimeOffset.Parse("2024-10-15T12:00:01Z", CultureInfo.InvariantCulture);

    public static TheoryData<string, string, string, string> Vectors => new()
    {
        {
            "insight-health", "insight-test-signing-key", "insight-health/soap_note.verbatim.json",
            "sha256=08b8be7f21f193e053d9e375b55b9b7350b26634013492a4473803346426cbe7"
        },
        {
            "nabla", "nabla-test-secret", "nabla/generate_note_async.succeeded.synthetic.json",
            "c13f8ab48b8f8e9f7b76a16473651d0d040f66ce4590fc849254d5e1ed1c9794"
        },
        {
            "metriport", "metriport-test-webhook-key", "metriport/patient.admit.verbatim.json",
            "d20f641c0ca2528b4ef6af49c4d19ecf720e07de9e9caebda632cf7b6c892763"
        },
    };

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void The_documented_signature_holds(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));

        Assert.Contains(signature, scheme.Sign(secret, body, Sent).Select(header => header.Value));
        Assert.True(scheme.Holds(Call(scheme, secret, body), new LiveSecrets(scheme, [secret])));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void One_flipped_byte_breaks_it(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));
        var call = Call(scheme, secret, body);
        var changed = body.ToArray();
        changed[changed.Length / 2] ^= 1;

        Assert.Contains(signature, call.Headers.SelectMany(header => header));
        Assert.False(scheme.Holds(call with { Body = changed }, new LiveSecrets(scheme, [secret])));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void Another_key_or_no_header_breaks_it(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));
        var call = Call(scheme, secret, body);
        var nothing = Array.Empty<string>().ToLookup(name => name);

        Assert.Contains(signature, call.Headers.SelectMany(header => header));
        Assert.False(scheme.Holds(call, new LiveSecrets(scheme, [secret + "x"])));
        Assert.False(scheme.Holds(call with { Headers = nothing }, new LiveSecrets(scheme, [secret])));
        Assert.False(scheme.Holds(call, new LiveSecrets(scheme, [])));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void Both_keys_hold_while_they_are_rotated(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));
        var live = new LiveSecrets(scheme, ["the-next-secret-of-this-source", secret]);

        Assert.Contains(signature, Call(scheme, secret, body).Headers.SelectMany(header => header));
        Assert.True(scheme.Holds(Call(scheme, secret, body), live));
        Assert.True(scheme.Holds(Call(scheme, "the-next-secret-of-this-source", body), live));
    }

    private static HmacScheme Scheme(string vendor) => GatewayHost.Vendors.Find(vendor)!.Proofs.OfType<HmacScheme>().Single();

    private static byte[] Payload(string file) => File.ReadAllBytes(Repository.SharedPath("vendors/payloads/" + file)!);

    private static UnprovenCall Call(HmacScheme scheme, string secret, byte[] body) => new(
        scheme.Sign(secret, body, Sent).ToLookup(
            header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), body, Sent.AddSeconds(2));
}
