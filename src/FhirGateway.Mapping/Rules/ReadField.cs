using System.Linq.Expressions;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>A field that is read as a type; only elements of that type can take it.</summary>
public class ReadField<T>
{
    internal ReadField(FieldRule rule, Reader<T> reader) => (Rule, Reader) = (rule, reader);

    private protected FieldRule Rule { get; }

    private protected Reader<T> Reader { get; }

    /// <exception cref="MappingException">The target is not a path.</exception>
    public ReadField<T> To<TResource>(Expression<Func<TResource, T?>> target)
        where TResource : Resource => Add(target);

    /// <summary>One more item of a list.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public ReadField<T> To<TResource>(Expression<Func<TResource, List<T>?>> target)
        where TResource : Resource => Add(target);

    /// <summary>The same field, read in yet another way for further targets.</summary>
    public ReadField<TOther> As<TOther>(Reader<TOther> reader) => Rule.As(reader);

    /// <inheritdoc cref="RuleReasons.Because"/>
    public ReadField<T> Because(string reason)
    {
        Rule.Because(reason);
        return this;
    }

    private ReadField<T> Add(LambdaExpression target)
    {
        Rule.Add(target, Reader);
        return this;
    }
}

/// <summary>A field that is read as a type and written into one resource.</summary>
public sealed class ReadField<TResource, T> : ReadField<T>
    where TResource : Resource
{
    private readonly FieldRule<TResource> _rule;

    internal ReadField(FieldRule<TResource> rule, Reader<T> reader) : base(rule, reader) => _rule = rule;

    /// <exception cref="MappingException">The target is not a path.</exception>
    public ReadField<TResource, T> To(Expression<Func<TResource, T?>> target) => Add(target);

    /// <summary>One more item of a list.</summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public ReadField<TResource, T> To(Expression<Func<TResource, List<T>?>> target) => Add(target);

    /// <inheritdoc cref="ReadField{T}.As"/>
    public new ReadField<TResource, TOther> As<TOther>(Reader<TOther> reader) => _rule.As(reader);

    /// <inheritdoc cref="RuleReasons.Because"/>
    public new ReadField<TResource, T> Because(string reason)
    {
        _rule.Because(reason);
        return this;
    }

    internal ReadField<TResource, T> Add(LambdaExpression target, Action<Draft, Resource, T>? after = null)
    {
        _rule.Add(target, Reader, after);
        return this;
    }
}

/// <summary>What identifies a resource.</summary>
public static class IdentifyingFields
{
    /// <summary>
    /// What the vendor calls the resource: a fact, which others may know it by, too. The resource is written by an identifier of the
    /// gateway's own, made of this and of the subject (<c>PUT Type?identifier=…</c>), so that sending it again changes nothing.
    /// </summary>
    /// <exception cref="MappingException">The target is not a path.</exception>
    public static ReadField<TResource, Identifier> Identifies<TResource>(
        this ReadField<TResource, Identifier> field, Expression<Func<TResource, Identifier?>> target)
        where TResource : Resource
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Add(target, (draft, resource, identifier) =>
            draft.IdentifyUpdate(resource, new Identity(identifier.System!, identifier.Value!)));
    }
}
