namespace FhirGateway.Sandbox.Tests.Contract;

/// <remarks>
/// No path here has an index or a function: HAPI 8.8 as packaged answers those with 500 (a class of its FHIRPath engine is missing).
/// </remarks>
public abstract class PatchingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task Add_sets_an_element_and_makes_a_version()
    {
        await Store();
        var patched = await Server.Patch(
            $"Patient/{Mark}", Patch("add", "Patient", Part("name", "String", "\"birthDate\""), Part("value", "Date", "\"1930-01-01\"")));
        Assert.Equal(200, patched.Status);
        Assert.Equal("1930-01-01", patched.Text("birthDate"));
        Assert.Equal($"{Server.BaseUrl}/Patient/{Mark}/_history/2", patched.Headers["Content-Location"]);
    }

    [Fact]
    public async Task Add_appends_to_a_list_and_replaces_a_single_element()
    {
        await Store();
        var longer = await Apply(
            Patch("add", "Patient", Part("name", "String", "\"identifier\""), Part("value", "Identifier", """{"value":"d"}""")));
        Assert.Equal(["a", "b", "c", "d"], Identifiers(longer));
        var active = await Apply(Patch("add", "Patient", Part("name", "String", "\"active\""), Part("value", "Boolean", "true")));
        Assert.True((bool)active.Body!["active"]!);
        active = await Apply(Patch("add", "Patient", Part("name", "String", "\"active\""), Part("value", "Boolean", "false")));
        Assert.False((bool)active.Body!["active"]!);
    }

    [Fact]
    public async Task Add_builds_an_anonymous_element_of_parts()
    {
        await Store();
        var patched = await Apply(Patch("add", "Patient", Part("name", "String", "\"contact\""),
            """{"name":"value","part":[{"name":"gender","valueCode":"male"},{"name":"name","valueHumanName":{"family":"K"}}]}"""));
        Assert.Equal("male", (string?)patched.Body!["contact"]![0]!["gender"]);
        Assert.Equal("K", (string?)patched.Body!["contact"]![0]!["name"]!["family"]);
    }

    [Fact]
    public async Task Add_and_replace_choose_the_type_of_a_choice_by_the_value()
    {
        await Store();
        var dead = await Apply(Patch("add", "Patient", Part("name", "String", "\"deceased\""), Part("value", "Boolean", "true")));
        Assert.True((bool)dead.Body!["deceasedBoolean"]!);
        dead = await Apply(Patch("replace", "Patient.deceased", Part("value", "DateTime", "\"2020\"")));
        Assert.Equal("2020", dead.Text("deceasedDateTime"));
        Assert.False(dead.Body!.ContainsKey("deceasedBoolean"));
    }

    [Fact]
    public async Task Insert_puts_an_item_where_it_is_told()
    {
        await Store();
        Assert.Equal(
            ["z", "a", "b", "c"],
            Identifiers(await Apply(
                Patch("insert", "Patient.identifier", Part("index", "Integer", "0"), Part("value", "Identifier", """{"value":"z"}""")))));
        Assert.Equal(
            ["z", "a", "b", "c", "y"],
            Identifiers(await Apply(
                Patch("insert", "Patient.identifier", Part("index", "Integer", "4"), Part("value", "Identifier", """{"value":"y"}""")))));
        var photo = await Apply(
            Patch("insert", "Patient.photo", Part("index", "Integer", "0"), Part("value", "Attachment", """{"url":"urn:p"}""")));
        Assert.Equal("urn:p", (string?)photo.Body!["photo"]![0]!["url"]);
        IsOutcome(
            await Server.Patch(
                $"Patient/{Mark}",
                Patch("insert", "Patient.identifier", Part("index", "Integer", "99"), Part("value", "Identifier", """{"value":"x"}"""))),
            400);
    }

    [Fact]
    public async Task Move_changes_the_order()
    {
        await Store();
        Assert.Equal(
            ["b", "c", "a"],
            Identifiers(
                await Apply(Patch("move", "Patient.identifier", Part("source", "Integer", "0"), Part("destination", "Integer", "2")))));
        IsOutcome(
            await Server.Patch(
                $"Patient/{Mark}",
                Patch("move", "Patient.identifier", Part("source", "Integer", "9"), Part("destination", "Integer", "0"))),
            400);
    }

    [Fact]
    public async Task Delete_removes_one_element_and_refuses_several()
    {
        await Store();
        Assert.False((await Apply(Patch("delete", "Patient.gender"))).Body!.ContainsKey("gender"));
        IsOutcome(await Server.Patch($"Patient/{Mark}", Patch("delete", "Patient.identifier")), 400);
    }

    [Fact]
    public async Task Delete_of_what_is_not_there_changes_nothing()
    {
        await Store();
        var patched = await Apply(Patch("delete", "Patient.birthDate"));
        Assert.Equal("1", (string?)patched.Body!["meta"]!["versionId"]);
    }

    [Fact]
    public async Task Replace_needs_exactly_one_element()
    {
        await Store();
        Assert.Equal("male", (await Apply(Patch("replace", "Patient.gender", Part("value", "Code", "\"male\"")))).Text("gender"));
        IsOutcome(await Server.Patch($"Patient/{Mark}", Patch("replace", "Patient.birthDate", Part("value", "Date", "\"2020\""))), 400);
        IsOutcome(
            await Server.Patch($"Patient/{Mark}", Patch("replace", "Patient.identifier.value", Part("value", "String", "\"x\""))), 400);
    }

    [Fact]
    public async Task Operations_follow_one_another()
    {
        await Store();
        var patch = """
            {"resourceType":"Parameters","parameter":[
              {"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.gender"}]},
              {"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"gender"},{"name":"value","valueCode":"other"}]}]}
            """;
        Assert.Equal("other", (await Apply(patch)).Text("gender"));
    }

    [Fact]
    public async Task Bad_patches_are_400()
    {
        await Store();
        IsOutcome(await Server.Patch($"Patient/{Mark}", Patch("nonsense", "Patient.gender")), 400);
        IsOutcome(await Server.Patch($"Patient/{Mark}", Patch("replace", "Patient.name.nonsense(", Part("value", "String", "\"x\""))), 400);
        IsOutcome(
            await Server.Patch(
                $"Patient/{Mark}",
                Patch("add", "Patient.contact", Part("name", "String", "\"gender\""), Part("value", "Code", "\"male\""))),
            400);
        Assert.Equal("W/\"1\"", (await Server.Get($"Patient/{Mark}")).Headers["ETag"]);
    }

    [Fact]
    public async Task A_patch_of_nothing_is_404_and_one_without_effect_keeps_the_version()
    {
        IsOutcome(await Server.Patch($"Patient/{Mark}", Patch("delete", "Patient.gender")), 404);
        await Store();
        var same = await Apply(Patch("replace", "Patient.gender", Part("value", "Code", "\"female\"")));
        Assert.Equal("1", (string?)same.Body!["meta"]!["versionId"]);
    }

    [Fact]
    public async Task A_conditional_patch_needs_exactly_one_match()
    {
        var patch = Patch("add", "Patient", Part("name", "String", "\"active\""), Part("value", "Boolean", "true"));
        IsOutcome(await Server.Patch($"Patient?identifier={System}|1", patch), 404);
        await Server.Post("Patient", Patient("1"));
        var patched = await Server.Patch($"Patient?identifier={System}|1", patch);
        Assert.Equal(200, patched.Status);
        Assert.True((bool)patched.Body!["active"]!);
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Patch($"Patient?identifier={System}|1", patch), 412);
    }

    private Task<Reply> Store() => Server.Put($"Patient/{Mark}",
        $$"""{"resourceType":"Patient","id":"{{Mark}}","identifier":[{"value":"a"},{"value":"b"},{"value":"c"}],"gender":"female"}""");

    private async Task<Reply> Apply(string patch)
    {
        var reply = await Server.Patch($"Patient/{Mark}", patch);
        Assert.Equal(200, reply.Status);
        return reply;
    }

    private static IEnumerable<string> Identifiers(Reply reply) =>
        reply.Body!["identifier"]!.AsArray().Select(identifier => (string)identifier!["value"]!);
}
