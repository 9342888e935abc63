using FhirGateway.Ledger.Lifecycle;

namespace FhirGateway.Ledger.Tests.Lifecycle;

public sealed class TransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private static readonly Standing Pending = Transitions.Begin(new NewDelivery("e", "note", "lane"), null, false, Now);
    private static readonly Standing Claimed = Pending.Claimed("token", "process", Later, Now);

    [Fact]
    public void A_new_event_is_due_at_once_unless_its_receiver_may_still_refuse_it()
    {
        var held = Transitions.Begin(new NewDelivery("e", "note", "lane", HeldUntil: Later), null, false, Now);

        Assert.Equal((DeliveryState.Pending, Now), (Pending.State, Pending.DueAt));
        Assert.Equal(Later, held.DueAt);
        Assert.Equal(Now, held.Proceed(Now)!.DueAt);
        Assert.Equal(Now, Pending.Proceed(Later)!.DueAt);
    }

    [Fact]
    public void What_owes_nothing_is_never_due()
    {
        var acknowledged = Transitions.Begin(new NewDelivery("e", "t", "l", "owes nothing"), null, false, Now);
        var dead = Transitions.Begin(new NewDelivery("e", "t", "l", Dead: new WhyDead("broken", "{}")), "first", false, Now);
        var duplicate = Transitions.Begin(new NewDelivery("e", "t", "l"), "first", false, Now);
        var changed = Transitions.Begin(new NewDelivery("e", "t", "l"), "first", true, Now);

        Assert.Equal(
            [DeliveryState.Acknowledged, DeliveryState.Dead, DeliveryState.Duplicate, DeliveryState.Duplicate],
            [acknowledged.State, dead.State, duplicate.State, changed.State]);
        Assert.All([acknowledged, dead, duplicate], standing => Assert.Null(standing.DueAt));
        Assert.EndsWith("with other content", changed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("content", duplicate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_attempt_that_has_it_holds_it()
    {
        Assert.True(Claimed.IsHeldBy("token"));
        Assert.False(Claimed.IsHeldBy("earlier token"));
        Assert.False(Claimed.Retried("down", Later, true, true, Now).IsHeldBy("token"));
        Assert.False((Claimed with { State = DeliveryState.Delivered }).IsHeldBy("token"));
    }

    [Fact]
    public void An_attempt_that_reached_nobody_does_not_count()
    {
        Assert.Equal((1, 1), Counts(Claimed));
        Assert.Equal((1, 1), Counts(Claimed.Retried("down", Later, counts: true, awaitsDestination: true, Now)));
        Assert.Equal((1, 0), Counts(Claimed.Retried("resting", Later, counts: false, awaitsDestination: true, Now)));
        Assert.Equal((1, 0), Counts(Claimed.Relaned("other", "belongs there", Now)));
        Assert.Equal((1, 0), Counts(Claimed.Parked("Patient?identifier=a", "not there", null, Later, false, false, Now)));
        Assert.Equal((1, 0), Counts(Claimed.Dead("refused", "{}", Now).Again("replayed", Now, Now)));
    }

    [Fact]
    public void What_it_was_parked_for_stays_known_until_that_is_settled()
    {
        var parked = Claimed.Parked("Patient?identifier=a", "not there", "{}", Later, false, false, Now);
        var triedAgain = parked.Released(Later).Claimed("second", "process", Later, Later);

        Assert.Equal(Now, triedAgain.Parked("Patient?identifier=a", "not there", null, Later, false, false, Later).ParkedSince);
        Assert.Equal(Later, triedAgain.Parked("Encounter?identifier=e", "not there", null, Later, false, false, Later).ParkedSince);
        Assert.Equal("Patient?identifier=a", triedAgain.Retried("down", Later, false, true, Later).WaitsFor);
        Assert.Null(triedAgain.Delivered("{}", Later).WaitsFor);
        Assert.Null(parked.Decided(Later).WaitsFor);
        Assert.Equal(triedAgain, triedAgain.Decided(Later));
    }

    [Fact]
    public void A_success_clears_what_went_wrong_before()
    {
        var failed = Claimed.Parked("x", "why", "{}", Later, false, false, Now).Released(Now).Claimed("second", "process", Later, Now);
        var delivered = (failed with { FormerKeys = true }).Delivered("""{"created":[]}""", Later);

        Assert.Equal(
            (DeliveryState.Delivered, (string?)null, (string?)null, (DateTimeOffset?)null, false, """{"created":[]}"""),
            (delivered.State, delivered.Reason, delivered.Outcome, delivered.ParkedSince, delivered.FormerKeys, delivered.Receipt));
    }

    [Theory]
    [InlineData(DeliveryState.Pending, true, true, true)]
    [InlineData(DeliveryState.Delivering, false, false, true)]
    [InlineData(DeliveryState.Delivered, false, true, false)]
    [InlineData(DeliveryState.Parked, true, true, true)]
    [InlineData(DeliveryState.Dead, false, true, false)]
    [InlineData(DeliveryState.Acknowledged, false, false, false)]
    [InlineData(DeliveryState.Duplicate, false, false, false)]
    public void What_can_happen_hangs_on_the_state(DeliveryState state, bool canBeRefused, bool canBeReplayed, bool isOwed)
    {
        var standing = Pending with { State = state };

        Assert.Equal(canBeRefused, standing.Refuse("unknown", "{}", Now) is not null);
        Assert.Equal(canBeReplayed, standing.CanBeReplayed());
        Assert.Equal(isOwed, standing.IsOwed);
        Assert.Equal(state == DeliveryState.Dead, (standing with { Refused = true }).CanBeRevived());
        Assert.False(standing.CanBeRevived());
    }

    private static (int All, int Round) Counts(Standing standing) => (standing.Attempts, standing.RoundAttempts);
}
