using System.Globalization;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mapping.Tests.Proofs;

/// <summary>The forms in which senders write signatures, and what breaks them.</summary>
public sealed class SignatureSchemeTests
{
    private const string Secret = "the-secret-of-these-tests";

    private static readonly ProofScheme[] Timed =
    [
        By.HmacSha256("X-Signature", timestampHeader: "X-Time", tolerance: TimeSpan.FromMinutes(5)),
        By.Hmac(
            "X-Signature", prefix: "v0=", timestampHeader: "X-Time", signs: "v0:{timestamp}:{body}", tolerance: TimeSpan.FromMinutes(5)),
        By.TimestampedSignature("X-Signature"),
        By.StandardWebhooks(),
    ];

    public static TheoryData<int, int, bool> Ages
    {
        get
        {
            var ages = new TheoryData<int, int, bool>();
            for (var place = 0; place < Timed.Length; place++)
            {
                foreach (var (minutes, holds) in new[] { (-5, true), (5, true), (-6, false), (6, false) }) ages.Add(place, minutes, holds);
            }

            return ages;
        }
    }

    [Theory]
    [MemberData(nameof(Ages))]
    public void An_old_or_early_call_is_a_replay(int place, int minutesOff, bool holds)
    {
        var secret = Timed[place].SecretOf(Secret);
        var call = Timed[place].Signed(secret, "{}", Calls.Now.AddMinutes(minutesOff));

        Assert.Equal(holds, Timed[place].IsProven(call, secret));
    }

    // Computed with: printf 'v0:1531420618:{}' | openssl dgst -sha256 -hmac the-secret-of-these-tests
    [Fact]
    public void A_version_a_time_and_the_body_are_signed_with_colons_between_them()
    {
        var scheme = By.Hmac("X-Signature", prefix: "v0=", timestampHeader: "X-Time", signs: "v0:{timestamp}:{body}");
        var headers = scheme.Sign(
            Secret, "{}"u8.ToArray(),
            DateTimeOffset.FromUnixTimeSeconds(1531420618)).ToDictionary(header => header.Name, header => header.Value);

        Assert.Equal("1531420618", headers["X-Time"]);
        Assert.Equal("v0=58d24bc4406768d84b59c3a313d1cc0c293ccd4390e9979c64fafb3fd402718e", headers["X-Signature"]);
        Assert.True(scheme.IsProven(Calls.With("{}", ("x-time", "1531420618"), ("x-signature", headers["X-Signature"])), Secret));
    }

    // Computed with: printf '1531420618.{}' | openssl dgst -sha256 -hmac the-secret-of-these-tests
    [Theory]
    [InlineData("t=1531420618,v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", true)]
    [InlineData("t=1531420618, v0=00, v1=00, v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", true)]
    [InlineData("v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525,t=1531420618", true)]
    [InlineData("t=1531420619,v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", false)]
    [InlineData("t=1531420618,t=1531420618,v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", false)]
    [InlineData("t=1531420618,v0=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", false)]
    [InlineData("v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", false)]
    [InlineData("t=soon,v1=5b27d8f35fe990c8c40ba42ab2ad6ec5321ec7843868a30c3c4775e52e9f8525", false)]
    [InlineData("t=1531420618", false)]
    [InlineData(",=,t,v1", false)]
    public void One_header_holds_a_time_and_signatures(string header, bool holds)
    {
        var scheme = new TimestampedSignatureScheme("signingKey", "X-Signature");

        Assert.Equal(holds, scheme.IsProven(Calls.With("{}", ("X-Signature", header)), Secret));
    }

    [Theory]
    [InlineData("{0},{1}")]
    [InlineData("{1}, {0}")]
    [InlineData("{1} {0}")]
    public void One_of_several_signatures_is_enough_where_the_sender_sends_several(string header)
    {
        var several = By.HmacSha256("X-Signature", several: true);
        var presented = string.Format(CultureInfo.InvariantCulture, header, SignatureOf(several, "mine"), SignatureOf(several, "other"));
        var call = Calls.With("{}", ("X-Signature", presented));

        Assert.True(several.IsProven(call, "mine"));
        Assert.False(By.HmacSha256("X-Signature").IsProven(call, "mine"));
    }

    [Fact]
    public void Signatures_past_the_sixteenth_are_not_looked_at()
    {
        var several = By.HmacSha256("X-Signature", several: true);
        var filler = string.Concat(Enumerable.Repeat("00,", 16));

        Assert.False(several.IsProven(Calls.With("{}", ("X-Signature", filler + SignatureOf(several, Secret))), Secret));
        Assert.True(several.IsProven(Calls.With("{}", ("X-Signature", filler[3..] + SignatureOf(several, Secret))), Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("zz")]
    [InlineData("08b")]
    [InlineData("sha256=08b8")]
    public void Nonsense_is_not_a_signature(string header) =>
        Assert.False(By.HmacSha256("X-Signature", prefix: "sha256=").IsProven(Calls.With("{}", ("X-Signature", header)), Secret));

    [Theory]
    [InlineData("1e9")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("2024-10-15T12:00:03Z")]
    public void A_time_in_another_form_is_not_a_time(string time)
    {
        var scheme = By.Hmac("X-Signature", timestampHeader: "X-Time");
        var signature = By.HmacSha256("X-Signature").Sign(
            Secret, System.Text.Encoding.UTF8.GetBytes(time + "{}"), Calls.Now).Single().Value;

        Assert.False(scheme.IsProven(Calls.With("{}", ("X-Time", time), ("X-Signature", signature)), Secret));
    }

    [Theory]
    [InlineData("2024-10-15T12:00:03Z", true)]
    [InlineData("2024-10-15T12:00:03.123456789Z", true)]
    [InlineData("2024-10-15T14:00:03+02:00", true)]
    [InlineData("2024-10-15T12:00:03", false)]
    [InlineData("2024-10-15T12:00Z", false)]
    [InlineData("2024-10-15 12:00:03Z", false)]
    [InlineData("2024-10-15", false)]
    [InlineData("10/15/2024 12:00:03 PM", false)]
    [InlineData("Tue, 15 Oct 2024 12:00:03 GMT", false)]
    [InlineData("12:00:03Z", false)]
    [InlineData("2024-13-15T12:00:03Z", false)]
    [InlineData("2024-10-15T12:00:03Z\n", false)]
    [InlineData("1728993603", false)]
    public void A_time_that_is_not_an_iso_8601_instant_does_not_prove_a_call(string time, bool holds)
    {
        var scheme = By.HmacSha256("X-Signature", timestampHeader: "X-Time");
        var signature = By.HmacSha256("X-Signature").Sign(
            Secret, System.Text.Encoding.UTF8.GetBytes(time + "{}"), Calls.Now).Single().Value;

        Assert.Equal(holds, scheme.IsProven(Calls.With("{}", ("X-Time", time), ("X-Signature", signature)), Secret));
    }

    [Fact]
    public void The_body_is_signed_last_or_the_scheme_is_refused() =>
        Assert.Throws<ArgumentException>(() => By.Hmac("X-Signature", signs: "{body}.{timestamp}"));

    private static string SignatureOf(ProofScheme scheme, string secret) => scheme.Sign(secret, "{}"u8.ToArray(), Calls.Now).Single().Value;
}
