using System.Globalization;
using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Sources.Proofs;
using FhirGateway.Testing;
using Microsoft.AspNetCore.Http;

namespace FhirGateway.Tests.Sources.Proofs;

/// <summary>Signatures against the vectors of the vendors' contracts, computed there with two other programs.</summary>
public sealed class HmacProofTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2024-10-15T12:00:03Z", CultureInfo.InvariantCulture);

    public static TheoryData<string, string, string, string> Vectors => new()
    {
        { "insight-health", "insight-test-signing-key", "insight-health/soap_note.verbatim.json", "sha256=08b8be7f21f193e053d9e375b55b9b7350b26634013492a4473803346426cbe7" },
        { "nabla", "nabla-test-secret", "nabla/generate_note_async.succeeded.synthetic.json", "c13f8ab48b8f8e9f7b76a16473651d0d040f66ce4590fc849254d5e1ed1c9794" },
        { "metriport", "metriport-test-webhook-key", "metriport/patient.admit.verbatim.json", "d20f641c0ca2528b4ef6af49c4d19ecf720e07de9e9caebda632cf7b6c892763" },
    };

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void The_documented_signature_holds(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));

        Assert.Equal(signature, HmacProof.HeaderValue(scheme, secret, Timestamp(scheme), body));
        Assert.True(HmacProof.Holds(scheme, new LiveSecrets([secret]), Headers(scheme, signature), body, Now));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void One_flipped_byte_breaks_it(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));
        body[body.Length / 2] ^= 1;

        Assert.False(HmacProof.Holds(scheme, new LiveSecrets([secret]), Headers(scheme, signature), body, Now));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void Another_key_or_no_header_breaks_it(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));

        Assert.False(HmacProof.Holds(scheme, new LiveSecrets([secret + "x"]), Headers(scheme, signature), body, Now));
        Assert.False(HmacProof.Holds(scheme, new LiveSecrets([secret]), new HeaderDictionary(), body, Now));
        Assert.False(HmacProof.Holds(scheme, new LiveSecrets([]), Headers(scheme, signature), body, Now));
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Vectors))]
    public void Both_keys_hold_while_they_are_rotated(string vendor, string secret, string file, string signature)
    {
        var (scheme, body) = (Scheme(vendor), Payload(file));
        var live = new LiveSecrets(["the-next-secret-of-this-source", secret]);

        Assert.True(HmacProof.Holds(scheme, live, Headers(scheme, signature), body, Now));
        Assert.True(HmacProof.Holds(scheme, live, Headers(scheme, HmacProof.HeaderValue(scheme, "the-next-secret-of-this-source", Timestamp(scheme), body)), body, Now));
    }

    [Theory]
    [InlineData(-5, true)]
    [InlineData(5, true)]
    [InlineData(-6, false)]
    [InlineData(6, false)]
    public void An_old_or_early_timestamp_is_a_replay(int minutesOff, bool holds)
    {
        var scheme = new HmacScheme("signingKey", "x-signature", HmacAlgorithm.Sha256, TimestampHeader: "x-timestamp", Tolerance: TimeSpan.FromMinutes(5));
        var timestamp = Now.AddMinutes(minutesOff).ToString("O", CultureInfo.InvariantCulture);
        var body = "{}"u8.ToArray();
        var headers = new HeaderDictionary { ["x-timestamp"] = timestamp, ["x-signature"] = HmacProof.HeaderValue(scheme, "secret", timestamp, body) };

        Assert.Equal(holds, HmacProof.Holds(scheme, new LiveSecrets(["secret"]), headers, body, Now));
    }

    [Theory]
    [InlineData("{0},{1}")]
    [InlineData("{1}, {0}")]
    [InlineData("{1} {0}")]
    public void One_of_several_signatures_is_enough_where_the_vendor_sends_several(string header)
    {
        var several = new HmacScheme("signingKey", "x-signature", HmacAlgorithm.Sha256, SeveralSignatures: true);
        var body = "{}"u8.ToArray();
        var (mine, other) = (HmacProof.HeaderValue(several, "mine", "", body), HmacProof.HeaderValue(several, "other", "", body));
        var headers = new HeaderDictionary { ["x-signature"] = string.Format(CultureInfo.InvariantCulture, header, mine, other) };

        Assert.True(HmacProof.Holds(several, new LiveSecrets(["mine"]), headers, body, Now));
        Assert.False(HmacProof.Holds(several with { SeveralSignatures = false }, new LiveSecrets(["mine"]), headers, body, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("zz")]
    [InlineData("08b")]
    [InlineData("sha256=08b8")]
    public void Nonsense_is_no_signature(string header)
    {
        var scheme = new HmacScheme("signingKey", "x-signature", HmacAlgorithm.Sha256, Prefix: "sha256=");

        Assert.False(HmacProof.Holds(scheme, new LiveSecrets(["secret"]), new HeaderDictionary { ["x-signature"] = header }, Encoding.UTF8.GetBytes("{}"), Now));
    }

    private static HmacScheme Scheme(string vendor) => GatewayHost.Vendors.Find(vendor)!.Proofs.OfType<HmacScheme>().Single();

    private static byte[] Payload(string file) => File.ReadAllBytes(Repository.SharedPath("vendors/payloads/" + file)!);

    private static string Timestamp(HmacScheme scheme) => scheme.TimestampHeader is null ? "" : "2024-10-15T12:00:01.000Z";

    private static HeaderDictionary Headers(HmacScheme scheme, string signature)
    {
        var headers = new HeaderDictionary { [scheme.Header] = signature };
        if (scheme.TimestampHeader is { } timestamp) headers[timestamp] = Timestamp(scheme);
        return headers;
    }
}
