using System.Text.Json.Nodes;
using FhirGateway.Destination.Probing;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Destination;

/// <summary>
/// After a restart the first note does not wait for what was seen before: of the same software it is believed until the new probe is made.
/// </summary>
public sealed class RememberedProbeTests
{
    private readonly Dictionary<string, (string, DateTimeOffset)> _kept = [];
    private readonly SandboxServer _sandbox = new(TimeProvider.System);

    [Fact]
    public async Task What_was_probed_is_delivered_to_at_once_and_probed_again_beside_the_work()
    {
        await ProbeAsync("1.0");
        using var mended = new CancellationTokenSource();
        using var again = new Described(_sandbox, "1.0") { Until = mended.Token };
        var (probed, _) = ProbedServer.Of(again, TimeProvider.System, _kept);
        using (probed)
        {
            await probed.StartAsync(CancellationToken.None);
            await again.ProbeBegan;

            Assert.Null(await probed.WhyRefusedAsync(CancellationToken.None));
            var before = probed.Last!;
            Assert.Equal(Seen.Does, before.ConditionalUpdates);

            await mended.CancelAsync();
            await probed.ExecuteTask!;
            Assert.True(probed.Last!.At > before.At);
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData(null)]
    public async Task Other_software_and_one_that_does_not_say_what_it_is_are_probed_before_the_first_note(string? version)
    {
        await ProbeAsync(version is null ? null : "1.0");
        using var mended = new CancellationTokenSource();
        using var other = new Described(_sandbox, version) { Until = mended.Token };
        var (probed, _) = ProbedServer.Of(other, TimeProvider.System, _kept);
        using (probed)
        {
            var asked = probed.WhyRefusedAsync(CancellationToken.None);
            await other.ProbeBegan;
            Assert.Null(probed.Last);
            Assert.False(asked.IsCompleted);

            await mended.CancelAsync();
            Assert.Null(await asked);
            Assert.NotNull(probed.Last);
        }
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData(null)]
    public async Task What_would_lose_notes_stays_held_over_a_restart_until_a_new_probe_says_otherwise(string? version)
    {
        using (var lossy = new Described(new LossyServer(_sandbox), "1.0"))
        {
            var (first, _) = ProbedServer.Of(lossy, TimeProvider.System, _kept);
            using (first) Assert.NotNull(await first.WhyRefusedAsync(CancellationToken.None));
        }

        using var mended = new CancellationTokenSource();
        using var again = new Described(_sandbox, version) { Until = mended.Token };
        var (probed, pause) = ProbedServer.Of(again, TimeProvider.System, _kept);
        using (probed)
        {
            await probed.StartAsync(CancellationToken.None);
            await again.ProbeBegan;

            Assert.Contains("it lost one", await probed.WhyRefusedAsync(CancellationToken.None), StringComparison.Ordinal);
            Assert.Equal((0, false), pause.Admit(10));

            await mended.CancelAsync();
            await probed.ExecuteTask!;
            Assert.Null(probed.WhyRefused);
            Assert.Equal((10, false), pause.Admit(10));
        }
    }

    [Fact]
    public async Task What_another_program_kept_in_other_words_is_probed_as_if_nothing_were_kept()
    {
        _kept["probe"] = ("""{ "Software": 7 }""", TimeProvider.System.GetUtcNow());

        await ProbeAsync("1.0");

        Assert.Contains("1.0", _kept["probe"].Item1, StringComparison.Ordinal);
    }

    /// <summary>What an earlier start did.</summary>
    private async Task ProbeAsync(string? version)
    {
        using var server = new Described(_sandbox, version);
        var (probed, _) = ProbedServer.Of(server, TimeProvider.System, _kept);
        using (probed) Assert.Null(await probed.WhyRefusedAsync(CancellationToken.None));
    }

    /// <summary>A server that says which version of its software it is, and answers a probe only in its own time.</summary>
    private sealed class Described(HttpMessageHandler inner, string? version) : DelegatingHandler(inner)
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Described(SandboxServer sandbox, string? version)
            : this(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"), version)
        {
        }

        /// <summary>Until then no transaction is answered.</summary>
        public CancellationToken Until { get; init; } = new(canceled: true);

        public Task ProbeBegan => _began.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                _began.TrySetResult();
                var over = new TaskCompletionSource();
                await using var registered = Until.Register(() => over.TrySetResult());
                await over.Task.WaitAsync(cancellationToken);
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (!request.RequestUri!.AbsolutePath.EndsWith("/metadata", StringComparison.Ordinal)) return answer;
            var statement = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
            if (version is null) statement.Remove("software");
            else statement["software"] = new JsonObject { ["name"] = "A server of the tests", ["version"] = version };
            return ScriptedServer.Json(200, statement.ToJsonString());
        }
    }
}
